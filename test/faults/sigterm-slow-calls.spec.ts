import { addAudience } from '../support/audience.js';
import { broadcast, describeRepeats, expectSettled } from '../support/broadcasts.js';
import { Installation } from '../support/installation.js';
import { callsInFlight, startWorker, stopWorker } from '../support/named-workers.js';
import { waitFor } from '../support/wait-for.js';

const LATENCY_MS = 4_000;

/** What was on its way to PushApi when the signal came arrives within this time. */
const ON_ITS_WAY_MS = 1_000;

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('sigterm_slow_calls', {
    workers: 0,
    latencyMs: LATENCY_MS,
    environment: { PUSH_API_TOKENS_LIMIT: '20' },
  });
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0]);
});

test('a worker that ends in a batch of long calls begins no more of them, and another goes on at once', async () => {
  const domain = 'slow-calls.example.com';
  const audience = await addAudience(product, domain, { tokens: 12_000 });
  const leaving = await startWorker(product, 'leaving');
  const staying = await startWorker(product, 'staying');
  const sent = await broadcast(product, domain, audience);
  await waitFor(
    () => callsInFlight(product, domain, leaving),
    (count) => count > 20,
  );

  const askedMs = Date.now();
  expect(await stopWorker(product, leaving)).toBe(0);
  const endedMs = Date.now();

  const callsOf = (name: string): number[] =>
    product.pushApi.calls.flatMap(({ via, startedMs }) => (via === name ? [startedMs] : []));
  expect(callsOf(leaving.name).filter((startedMs) => startedMs > askedMs + ON_ITS_WAY_MS)).toEqual([]);
  expect(endedMs - askedMs).toBeLessThan(LATENCY_MS + 10_000);
  const repeats = await expectSettled(product, sent);
  expect(repeats).toMatchObject({ contacts: 0, calls: 0 });
  console.log(describeRepeats(`worker with long calls ended in ${endedMs - askedMs} ms`, sent, repeats));
  expect(await stopWorker(product, staying)).toBe(0);
}, 180_000);
