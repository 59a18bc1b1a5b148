import { addAudience } from '../support/audience.js';
import { broadcast, describeRepeats, expectSettled } from '../support/broadcasts.js';
import { holdCalls } from '../support/held-calls.js';
import { Installation } from '../support/installation.js';
import { watchLedger } from '../support/ledger-watch.js';
import { callsInFlight, startWorker, stopWorker } from '../support/named-workers.js';
import { faultRounds } from '../support/test-environment.js';
import { waitFor } from '../support/wait-for.js';

/** All ten take a minute and more: with `--rounds=2` and more. */
const [RESTARTS, CONTACTS] = faultRounds() > 1 ? [10, 100_000] : [3, 30_000];
const TOKENS = CONTACTS * 0.7;
const TOKENS_A_CALL = 100;
const SUBSCRIPTIONS_A_CALL = 100;
const CALLS = TOKENS / TOKENS_A_CALL + (CONTACTS - TOKENS) / SUBSCRIPTIONS_A_CALL;

/** Calls between two restarts; as many are left after the last one. */
const CALLS_A_RESTART = Math.floor(CALLS / (RESTARTS + 1));

let product: Installation;

beforeAll(async () => {
  product = await Installation.start('rolling_restarts', {
    workers: 0,
    latencyMs: 250,
    environment: { PUSH_API_TOKENS_LIMIT: String(TOKENS_A_CALL) },
  });
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0]);
});

it(`sends each of ${CONTACTS} contacts one message while workers are restarted ${RESTARTS} times`, async () => {
  const domain = 'rolling.example.com';
  const audience = await addAudience(product, domain, { tokens: TOKENS, subscriptions: CONTACTS - TOKENS });
  const workers = await Promise.all(['first', 'second'].map((name) => startWorker(product, name)));
  const calls = holdCalls(product, domain, CALLS_A_RESTART);
  const sent = await broadcast(product, domain, audience);
  const watch = watchLedger(product, sent.messageId);
  const endedMs: number[] = [];
  for (let restart = 1; restart <= RESTARTS; restart += 1) {
    const [oldest] = workers.splice(0, 1);
    if (oldest === undefined) throw new Error('No worker is left');
    await waitFor(
      () => calls.count > restart * CALLS_A_RESTART && callsInFlight(product, domain, oldest) > 0,
      (isInTheMiddle) => isInTheMiddle,
    );
    const askedMs = Date.now();
    const stopping = stopWorker(product, oldest);
    // As an orchestrator does: the next one is there before this one has ended.
    workers.push(await startWorker(product, `replacement-${restart}`));
    calls.allow(CALLS_A_RESTART);
    calls.allowWorker(oldest.name);
    expect(await stopping).toBe(0);
    endedMs.push(Date.now() - askedMs);
    expect((await product.progress(sent.messageId)).finishedAt).toBeNull();
  }

  calls.allow();
  const repeats = await expectSettled(product, sent);
  expect(repeats).toMatchObject({ contacts: 0, calls: 0 });
  await watch.expectAddedUp();
  for (const worker of workers) expect(await stopWorker(product, worker)).toBe(0);
  console.log(describeRepeats(`${RESTARTS} rolling restarts, each within ${Math.max(...endedMs)} ms`, sent, repeats));
}, 300_000);
