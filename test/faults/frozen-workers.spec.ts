import { setTimeout as sleep } from 'node:timers/promises';
import { addAudience } from '../support/audience.js';
import { broadcast, describeRepeats, expectSettled, inTheMiddle } from '../support/broadcasts.js';
import { Installation } from '../support/installation.js';
import { watchLedger } from '../support/ledger-watch.js';
import { callsInFlight, startWorker, stopWorker } from '../support/named-workers.js';
import { waitFor } from '../support/wait-for.js';

/**
 * Shortly after the lease of 20 s, when another worker has just begun, and long after others have
 * settled.
 */
const FROZEN_SECONDS = [25, 45];

/** Pages and calls of three batches that a worker has in flight at most, with 100 tokens a call. */
const MAX_REPEATED = 3 * 8 * 400;

const report: string[] = [];
let product: Installation;

beforeAll(async () => {
  product = await Installation.start('frozen_workers', {
    workers: 0,
    latencyMs: 250,
    environment: { PUSH_API_TOKENS_LIMIT: '100' },
  });
});

afterAll(async () => {
  console.log(report.join('\n'));
  expect(await product.stopAndKeepData()).toEqual([0]);
});

test.each(FROZEN_SECONDS)(
  'a worker that is frozen for %i s in a broadcast neither counts, prunes nor sends what another has taken over',
  async (seconds) => {
    const domain = `frozen-${seconds}.example.com`;
    const audience = await addAudience(product, domain, { tokens: 21_000, subscriptions: 9_000 });
    const frozen = await startWorker(product, `frozen-${seconds}`);
    const other = await startWorker(product, `other-${seconds}`);
    const sent = await broadcast(product, domain, audience);
    const watch = watchLedger(product, sent.messageId);
    await inTheMiddle(product, sent, 0.05);
    await waitFor(
      () => callsInFlight(product, domain, frozen),
      (count) => count > 0,
    );

    const fromMs = Date.now();
    process.kill(frozen.process.pid, 'SIGSTOP');
    await sleep(seconds * 1_000);
    process.kill(frozen.process.pid, 'SIGCONT');
    const crash = { fromMs, toMs: Date.now(), via: frozen.name };

    const repeats = await expectSettled(product, sent, [crash]);
    expect(repeats.contacts).toBeLessThanOrEqual(MAX_REPEATED);
    report.push(describeRepeats(`a worker frozen for ${seconds} s`, sent, repeats));
    await watch.expectAddedUp();
    for (const worker of [frozen, other]) expect(await stopWorker(product, worker)).toBe(0);
  },
  240_000,
);
