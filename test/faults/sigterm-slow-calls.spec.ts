import { addAudience } from '../support/audience.js';
import { type Broadcast, broadcast, describeRepeats, expectSettled } from '../support/broadcasts.js';
import { Installation } from '../support/installation.js';
import { watchLedger } from '../support/ledger-watch.js';
import { callsInFlight, type NamedWorker, startWorker, stopWorker } from '../support/named-workers.js';
import { uuid } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

const LATENCY_MS = 10_000;

/** What was on its way to PushApi when the signal came arrives within this time. */
const ON_ITS_WAY_MS = 1_000;

/** From the last response of PushApi to the end of the process; a second, on a machine that is busy. */
const SETTLED_WITHIN_MS = 10_000;

const ENDS_WITHIN_MS = 30_000;

/** One batch, of more calls than a worker makes at once. */
const TOKENS = 3_000;
const TOKENS_A_CALL = 25;

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('sigterm_slow_calls', {
    workers: 0,
    latencyMs: LATENCY_MS,
    environment: { PUSH_API_TOKENS_LIMIT: String(TOKENS_A_CALL) },
  });
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0]);
});

function startsOf(worker: NamedWorker, { title }: Broadcast): number[] {
  return product.pushApi.calls.flatMap((call) =>
    call.via === worker.name && call.title === title ? [call.startedMs] : [],
  );
}

function lastResponseTo(worker: NamedWorker, { title }: Broadcast): number {
  const calls = product.pushApi.calls.filter((call) => call.via === worker.name && call.title === title);
  return Math.max(...calls.map(({ respondedMs }) => respondedMs ?? Number.NaN));
}

/** A broadcast of one batch, of which the one worker has begun some calls; the other one waits for work. */
async function begin(domain: string): Promise<{ sent: Broadcast; leaving: NamedWorker; staying: NamedWorker }> {
  const audience = await addAudience(product, domain, { tokens: TOKENS });
  const names = ['one', 'other'].map((name) => `${name}-${domain.replaceAll('.', '-')}`);
  const [one, other] = await Promise.all(names.map((name) => startWorker(product, name)));
  if (one === undefined || other === undefined) throw new Error('no workers');
  const sent = await broadcast(product, domain, audience);
  await waitFor(
    () => Math.max(...[one, other].map((worker) => callsInFlight(product, domain, worker))),
    (count) => count > 10,
  );
  const [leaving, staying] = callsInFlight(product, domain, one) > 0 ? [one, other] : [other, one];
  return { sent, leaving, staying };
}

it('gives back at once what it has not begun, and ends with its calls, which take 10 s', async () => {
  const domain = 'slow-calls.example.com';
  const { sent, leaving, staying } = await begin(domain);
  const watch = watchLedger(product, sent.messageId);
  expect(startsOf(staying, sent)).toEqual([]);

  const askedMs = Date.now();
  const stopping = stopWorker(product, leaving);
  await waitFor(() => startsOf(staying, sent).length, Boolean);
  const [goesOnMs = Number.NaN] = startsOf(staying, sent);
  expect(callsInFlight(product, domain, leaving)).toBeGreaterThan(0);
  expect(await stopping).toBe(0);
  const endedMs = Date.now();

  expect(startsOf(leaving, sent).filter((startedMs) => startedMs > askedMs + ON_ITS_WAY_MS)).toEqual([]);
  expect(endedMs - lastResponseTo(leaving, sent)).toBeLessThan(SETTLED_WITHIN_MS);
  const repeats = await expectSettled(product, sent);
  expect(repeats).toMatchObject({ contacts: 0, calls: 0 });
  await watch.expectAddedUp();
  const row = `worker with long calls ended in ${endedMs - askedMs} ms, another went on in ${goesOnMs - askedMs} ms`;
  console.log(describeRepeats(row, sent, repeats));
  expect(await stopWorker(product, staying)).toBe(0);
}, 180_000);

it('ends within 30 s while a call hangs, and all that it has not begun is sent by then', async () => {
  const domain = 'hanging-call.example.com';
  product.pushApi.breakCalls(domain, (number) => (number === 0 ? 'hanging' : undefined));
  const { sent, leaving, staying } = await begin(domain);

  const askedMs = Date.now();
  const stopping = stopWorker(product, leaving);
  await waitFor(
    () => [leaving, staying].flatMap((worker) => startsOf(worker, sent)).length,
    (calls) => calls === TOKENS / TOKENS_A_CALL,
  );
  expect(callsInFlight(product, domain, leaving)).toBeGreaterThan(0);
  expect(await stopping).toBe(0);
  expect(Date.now() - askedMs).toBeLessThan(ENDS_WITHIN_MS);
  const held = await product.db.pick(
    'deliveryBatches',
    { message_id: uuid(sent.messageId), state: 'pending' },
    'contacts',
  );
  // The batch of the call that hangs; its outcomes are not counted before it is settled.
  expect(held).toHaveLength(1);
  expect(await stopWorker(product, staying)).toBe(0);
}, 180_000);
