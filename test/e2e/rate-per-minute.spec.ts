import { Installation, names } from '../support/installation.js';
import { waitFor } from '../support/wait-for.js';

const PER_MINUTE = 1_000;
const CONTACTS = 1_300;
const SHARED = 700;

/** Contacts whose places are in the same 3 s are sent to together, at their end. */
const MINUTE_MS = 60_000;
const STEP_MS = 3_000;

/** More than the clocks of two processes differ; a place that is lost is one of a whole step. */
const CLOCKS_MS = 1_000;

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('rate_per_minute', { workers: 2 });
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0, 0]);
});

/** When each contact of messages was sent to, in the order of time. */
function sentAtMs(...titles: readonly string[]): number[] {
  return product.pushApi.calls
    .filter(({ title }) => titles.some((each) => each === title))
    .flatMap(({ startedMs, keys }) => keys.map(() => startedMs))
    .sort((one, other) => one - other);
}

/** Checks the rate of every minute that began with a step, and over the whole. */
function expectRate(times: readonly number[], perMinute: number): void {
  const [first = 0] = times;
  const last = times.at(-1) ?? 0;
  for (let fromMs = first; fromMs + MINUTE_MS <= last; fromMs += STEP_MS) {
    const count = times.filter((atMs) => atMs >= fromMs && atMs < fromMs + MINUTE_MS).length;
    // A step more or less falls into the minute.
    expect(count).toBeLessThanOrEqual(perMinute * 1.05 + (perMinute * STEP_MS) / MINUTE_MS);
  }
  const minutes = (last - first) / MINUTE_MS;
  // The first step is sent at once, and takes no time.
  const ofStep = (perMinute * STEP_MS) / MINUTE_MS;
  // The last step is sent at its end, up to 3 s after the places of its contacts.
  expect(times.length / (minutes - STEP_MS / MINUTE_MS)).toBeGreaterThan(perMinute * 0.95);
  expect((times.length - ofStep) / minutes).toBeLessThan(perMinute * 1.05);
}

/** Checks that each contact had a place of the rate, and none was lost: all that were taken are in a row. */
async function expectNoPlaceLost(rate: string, times: readonly number[]): Promise<void> {
  const [throttle] = await product.db.find('throttles', { _id: `rate: ${rate}` });
  const firstPlaceMs = Number(throttle?.next_ms) - (times.length * MINUTE_MS) / PER_MINUTE;
  expect(firstPlaceMs).toBeLessThan((times[0] ?? 0) + CLOCKS_MS);
}

it('a message, and the messages of a domain together, keep their rate over two workers, and delay nobody else', async () => {
  await Promise.all([
    product.db.addContacts('own.example.com', names('own', CONTACTS)),
    product.db.addContacts('shared.example.com', names('shared', SHARED)),
    product.db.addContacts('free.example.com', names('free', CONTACTS)),
  ]);
  const json = { isPushFeatureEnabled: true, ratePerMinute: PER_MINUTE };
  expect((await product.askAsSuperUser('PUT', '/domains/shared.example.com', { json })).status).toBe(200);

  const own = await product.send('own.example.com', { title: 'Own', ratePerMinute: PER_MINUTE });
  const shared = await Promise.all(
    ['Shared 1', 'Shared 2'].map((title) => product.send('shared.example.com', { title })),
  );
  const free = await product.send('free.example.com', { title: 'Free' });
  expect(await product.finished(free)).toMatchObject({ delivered: CONTACTS });
  const { waitingFor = [] } = await waitFor(
    () => product.progress(own),
    (progress) => progress.waitingFor?.some(({ reason }) => reason === 'rate-per-minute') ?? false,
  );
  expect(waitingFor).toContainEqual(expect.objectContaining({ pushService: null, status: null }));

  const progress = await Promise.all([own, ...shared].map((messageId) => product.finished(messageId, 150_000)));
  expect(progress.map(({ planned, delivered }) => [planned, delivered])).toEqual([
    [CONTACTS, CONTACTS],
    [SHARED, SHARED],
    [SHARED, SHARED],
  ]);
  expect(new Set(product.tokensSent('Own')).size).toBe(CONTACTS);
  const [ownMs, sharedMs] = [sentAtMs('Own'), sentAtMs('Shared 1', 'Shared 2')];
  console.log(
    [ownMs, sharedMs]
      .map((times) => `${times.length} in ${((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000} s`)
      .join(', '),
  );
  expectRate(ownMs, PER_MINUTE);
  expectRate(sharedMs, PER_MINUTE);
  await expectNoPlaceLost(`message ${own}`, ownMs);
  await expectNoPlaceLost('domain shared.example.com', sharedMs);
});

it.each([
  ['0', 0],
  ['a fraction', 1.5],
  ['more than a million', 1_000_001],
  ['text', '1000'],
])('%s is no rate, of a message or of a domain', async (_, ratePerMinute) => {
  const message = { title: 'Refused', body: 'The body', ratePerMinute };
  const responses = await Promise.all([
    product.askAsSuperUser('POST', '/messages/domains/own.example.com', { json: message }),
    product.askAsSuperUser('PUT', '/domains/refused.example.com', { json: { ratePerMinute } }),
  ]);
  expect(responses.map(({ status, body }) => [status, Object.keys((body as { errors: object }).errors)])).toEqual([
    [400, ['ratePerMinute']],
    [400, ['ratePerMinute']],
  ]);
});

it('the rate of a domain is answered where it is set, to super users alone', async () => {
  const path = '/domains/kept.example.com';
  const put = (json: object): Promise<unknown> => product.askAsSuperUser('PUT', path, { json });
  const configuration = { isPushFeatureEnabled: true, usesExternalPushDomain: false, externalPushDomain: null };
  await put({ ...configuration, ratePerMinute: 50 });
  expect((await product.askAsSuperUser('GET', path)).body).toEqual({
    name: 'kept.example.com',
    ...configuration,
    ratePerMinute: 50,
  });
  expect((await product.ask('GET', `${path}/push-configuration`)).body).toEqual(configuration);
  await put(configuration);
  expect((await product.askAsSuperUser('GET', path)).body).toEqual({ name: 'kept.example.com', ...configuration });
});
