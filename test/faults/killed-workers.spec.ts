import { addAudience } from '../support/audience.js';
import { describeRepeats, expectSettled, inTheMiddle, recordedOf } from '../support/broadcasts.js';
import { CLICKED_ACTIONS, clickAway, countedOf, totalOf } from '../support/clicking.js';
import { Installation } from '../support/installation.js';
import { watchLedger } from '../support/ledger-watch.js';
import { callsInFlight, killWorker, startWorker, stopWorker } from '../support/named-workers.js';
import type { Crash } from '../support/repeats.js';
import { faultRounds } from '../support/test-environment.js';
import { waitFor } from '../support/wait-for.js';

const ROUNDS = Array.from({ length: faultRounds() }, (_, round) => round + 1);

/** Shares of the broadcast; a worker is killed at a random moment between each pair. */
const KILLED_BETWEEN = [
  [0.05, 0.2],
  [0.3, 0.45],
  [0.55, 0.7],
] as const;

const report: string[] = [];
let product: Installation;

beforeAll(async () => {
  product = await Installation.start('killed_workers', {
    workers: 0,
    latencyMs: 250,
    environment: { PUSH_API_TOKENS_LIMIT: '100' },
  });
});

afterAll(async () => {
  console.log(report.join('\n'));
  expect(await product.stopAndKeepData()).toEqual([0]);
});

describe.each(ROUNDS)('round %i', (round) => {
  it('settles each contact once when workers are killed repeatedly in one broadcast while visitors click', async () => {
    const domain = `workers-${round}.example.com`;
    const audience = await addAudience(product, domain, { tokens: 42_000, subscriptions: 18_000 });
    const contactIds = (await product.db.pick('push-contacts', { domain }, '_id')).map(({ _id }) => _id as string);
    const workers = [await startWorker(product, `first-${round}`), await startWorker(product, `second-${round}`)];
    const message = { title: domain, actions: CLICKED_ACTIONS };
    const sent = { title: domain, domain, audience, messageId: await product.send(domain, message) };
    const watch = watchLedger(product, sent.messageId);
    const clicking = clickAway(product.api.url, contactIds, sent.messageId, 2);

    const crashes: Crash[] = [];
    for (const [index, [from, to]] of KILLED_BETWEEN.entries()) {
      await inTheMiddle(product, sent, from + Math.random() * (to - from));
      const doomed = await waitFor(
        () => workers.find((worker) => callsInFlight(product, domain, worker) > 0),
        (found) => found !== undefined,
      );
      if (doomed === undefined) throw new Error('No worker was sending');
      crashes.push(await killWorker(product, doomed));
      const { recorded } = await recordedOf(product, sent.messageId);
      expect(recorded).toBeGreaterThan(0);
      expect(recorded).toBeLessThan(audience.size);
      workers.splice(workers.indexOf(doomed), 1, await startWorker(product, `replacement-${index}-${round}`));
    }

    const repeats = await expectSettled(product, sent, crashes);
    await clicking.stop();
    expect(repeats.contacts).toBeGreaterThan(0);
    report.push(describeRepeats(`${KILLED_BETWEEN.length} workers killed`, sent, repeats));
    await watch.expectAddedUp();
    expect(totalOf(clicking.accepted)).toBeGreaterThan(100);
    expect(clicking.unanswered).toEqual([0, 0, 0]);
    expect(await countedOf(product, sent.messageId)).toEqual(clicking.accepted);
    for (const worker of workers) expect(await stopWorker(product, worker)).toBe(0);
  }, 180_000);
});
