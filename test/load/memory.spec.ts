import { addAudience } from '../support/audience.js';
import { type Broadcast, broadcast, expectSettled } from '../support/broadcasts.js';
import { Installation } from '../support/installation.js';
import { peakResidentKb } from '../support/peak-memory.js';
import { faultRounds } from '../support/test-environment.js';

const SMALL = 1_000;
const LARGE = faultRounds() > 1 ? 1_000_000 : 100_000;

/**
 * Contacts that the processes send to before their memory is compared. V8's heap and compiled code grow with
 * the work of a process, until they reach their limits, whatever the size of the domains.
 */
const WORK = 100_000;

/** Peak memory for the large domain, relative to small ones. */
const MAX_RATIO = 1.2;

interface PeakMb {
  readonly api: number;
  readonly worker: number;
}

/** Peak resident memory of fresh processes after broadcasts to domains with this many contacts each. */
async function peakOf(contacts: number): Promise<PeakMb> {
  const product = await Installation.start(`memory_${contacts}`, { workers: 0, latencyMs: 20 });
  const worker = await product.startProcess('worker');
  const sent: Broadcast[] = [];
  for (let total = 0; total < WORK; total += contacts) {
    // The test stores the contacts, so storing them costs the processes nothing.
    const domain = `${total}.memory.example.com`;
    const audience = await addAudience(product, domain, { tokens: contacts * 0.7, subscriptions: contacts * 0.3 });
    sent.push(await broadcast(product, domain, audience));
  }
  for (const { messageId } of sent) await product.finished(messageId, 600_000);
  const peak = { api: await peakResidentMb(product.api.pid), worker: await peakResidentMb(worker.pid) };
  for (const each of sent) await expectSettled(product, each);
  expect(await product.stop()).toEqual([0, 0]);
  return peak;
}

async function peakResidentMb(pid: number): Promise<number> {
  return Math.round((await peakResidentKb(pid)) / 1_024);
}

it(`api and worker take no more memory for a domain of ${LARGE} contacts than for domains of ${SMALL}`, async () => {
  const small = await peakOf(SMALL);
  const large = await peakOf(LARGE);
  console.log(`peak resident memory in MB for ${SMALL} contacts: %o, for ${LARGE}: %o`, small, large);
  expect(small.worker).toBeGreaterThan(20);
  expect(large.api).toBeLessThanOrEqual(small.api * MAX_RATIO);
  expect(large.worker).toBeLessThanOrEqual(small.worker * MAX_RATIO);
}, 900_000);
