import { Installation, names } from '../support/installation.js';

const GONE = 3_300;
const HOST = 'gone.push.example';

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('prune_breaker', { workers: 2 });
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0, 0]);
});

function active(domain: string): Promise<number> {
  return product.db.count('push-contacts', { domain, deleted: false });
}

async function breaker(domain: string, path = ''): Promise<Record<string, unknown>> {
  const method = path === '' ? 'GET' : 'POST';
  const { status, body } = await product.askAsSuperUser(method, `/domains/${domain}/prune-breaker${path}`);
  expect(status).toBe(200);
  return body as Record<string, unknown>;
}

async function sendAndFinish(domain: string, title: string): Promise<{ messageId: string; warnings: string[] }> {
  const json = { title, body: 'The body' };
  const { status, body } = await product.askAsSuperUser('POST', `/messages/domains/${domain}`, { json });
  expect(status).toBe(202);
  const { messageId, warnings = [] } = body as { messageId: string; warnings?: { code: string }[] };
  await product.finished(messageId);
  return { messageId, warnings: warnings.map(({ code }) => code) };
}

it('a storm of 410 prunes nobody, is recorded, and is told until the breaker is released', async () => {
  const domain = 'storm.example.com';
  expect(await breaker(domain)).toEqual({ domain, isOpen: false });
  await product.db.addSubscribers(domain, HOST, names('410', GONE));

  const { messageId } = await sendAndFinish(domain, 'Storm');

  expect(await active(domain)).toBe(GONE);
  expect(Object.values(await product.outcomes(messageId))).toEqual(Array.from({ length: GONE }, () => [4, 1]));
  expect((await product.counters(messageId)).message).toMatchObject({ sent: GONE, delivered: 0, billable_sends: GONE });
  const opened = await breaker(domain);
  expect(opened).toMatchObject({ domain, isOpen: true, messageId, pastShare: 0 });
  expect(opened.gone).toBe(opened.answered);
  expect(opened.withheld).toBeGreaterThanOrEqual(GONE);

  // While it is open, not even a few.
  await product.db.addSubscribers(domain, HOST, names('fine', 400));
  expect((await sendAndFinish(domain, 'Again')).warnings).toContain('prune_breaker_open');
  expect(await active(domain)).toBe(GONE + 400);

  const released = await breaker(domain, '/release');
  expect(released).toMatchObject({ isOpen: false, messageId });
  expect(new Date(String(released.releasedUntil)).getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  expect((await sendAndFinish(domain, 'Released')).warnings).not.toContain('prune_breaker_open');
  expect(await active(domain)).toBe(400);
  expect(await breaker(domain, '/release')).toEqual(released);
});

it('some calls of a send in which all are gone open it, before anybody is pruned', async () => {
  const domain = 'calls.example.com';
  await product.db.addSubscribers(domain, 'fine.push.example', names('fine', 2_000));
  await product.db.addSubscribers(domain, 'gone-too.push.example', names('410', 100));
  await sendAndFinish(domain, 'Calls');
  expect(await active(domain)).toBe(2_100);
  expect(await breaker(domain)).toMatchObject({ isOpen: true });
});

it('device tokens that Firebase no longer knows open it as well', async () => {
  const domain = 'tokens.example.com';
  await product.db.addContacts(domain, names('unregistered', 400));
  await sendAndFinish(domain, 'Tokens');
  expect(await active(domain)).toBe(400);
  expect(await breaker(domain)).toMatchObject({ isOpen: true, gone: 400, answered: 400 });
});

it('a push service of which all are gone opens it, although they are few of each call', async () => {
  const domain = 'minority.example.com';
  await product.db.addSubscribers(
    domain,
    'majority.push.example',
    Array.from({ length: 900 }, (_, index) => `fine-majority-${index}`),
  );
  await product.db.addSubscribers(domain, 'minority.push.example', names('410', 100));
  await sendAndFinish(domain, 'Minority');
  expect(await active(domain)).toBe(1_000);
  expect(await breaker(domain)).toMatchObject({ isOpen: true, gone: 100, answered: 100 });
});

it('a slow send opens it as well, after a few at most', async () => {
  const domain = 'slow.example.com';
  await product.db.addSubscribers(domain, 'slow-gone.push.example', names('410', 60));
  const json = { title: 'Slow', body: 'The body', ratePerMinute: 300 };
  const { body } = await product.askAsSuperUser('POST', `/messages/domains/${domain}`, { json });
  await product.finished((body as { messageId: string }).messageId);
  expect(await active(domain)).toBeGreaterThan(60 - 20);
  expect(await breaker(domain)).toMatchObject({ isOpen: true });
});

it.each([
  ['as many as usual', 900, 100],
  ['nineteen, which are all', 0, 19],
])('%s are pruned', async (name, fine, gone) => {
  const domain = `usual-${gone}.example.com`;
  await product.db.addSubscribers(
    domain,
    'usual.push.example',
    Array.from({ length: fine + gone }, (_, index) =>
      index % ((fine + gone) / gone) < 1 ? `410-${gone}-${index}` : `fine-${gone}-${index}`,
    ),
  );
  await sendAndFinish(domain, name);
  expect(await active(domain)).toBe(fine);
  expect(await breaker(domain)).toEqual({ domain, isOpen: false });
});

it('the log of the workers tells it once', () => {
  const lines = product
    .outputs()
    .flatMap((output) => output.split('\n'))
    .filter((line) => line.includes('"storm.example.com"'));
  expect(lines).toHaveLength(1);
});

it('is for super users alone', async () => {
  expect((await product.ask('GET', '/domains/a/prune-breaker')).status).toBe(401);
  expect((await product.ask('POST', '/domains/a/prune-breaker/release')).status).toBe(401);
});
