import { addAudience } from '../support/audience.js';
import { broadcast, expectSettled } from '../support/broadcasts.js';
import { Installation } from '../support/installation.js';
import { peakResidentKb } from '../support/peak-memory.js';
import { faultRounds } from '../support/test-environment.js';

const SMALL = 1_000;
const LARGE = faultRounds() > 1 ? 1_000_000 : 100_000;

/** How much more the large one may take than the small one. */
const MAX_RATIO = 1.2;

interface PeakMb {
  readonly api: number;
  readonly worker: number;
}

/** The most memory that fresh processes have resident for one broadcast to so many contacts. */
async function peakOf(contacts: number): Promise<PeakMb> {
  const product = await Installation.start(`memory_${contacts}`, { workers: 0, latencyMs: 20 });
  const worker = await product.startProcess('worker');
  const domain = 'memory.example.com';
  // A domain of this size exists before its processes do.
  const audience = await addAudience(product, domain, { tokens: contacts * 0.7, subscriptions: contacts * 0.3 });
  const sent = await broadcast(product, domain, audience);
  await product.finished(sent.messageId, 600_000);
  const peak = { api: await peakResidentMb(product.api.pid), worker: await peakResidentMb(worker.pid) };
  await expectSettled(product, sent);
  expect(await product.stop()).toEqual([0, 0]);
  return peak;
}

async function peakResidentMb(pid: number): Promise<number> {
  return Math.round((await peakResidentKb(pid)) / 1_024);
}

test(`api and worker take no more memory for ${LARGE} contacts than for ${SMALL}`, async () => {
  const small = await peakOf(SMALL);
  const large = await peakOf(LARGE);
  console.log(`peak resident memory in MB for ${SMALL} contacts: %o, for ${LARGE}: %o`, small, large);
  expect(small.worker).toBeGreaterThan(20);
  expect(large.api).toBeLessThanOrEqual(small.api * MAX_RATIO);
  expect(large.worker).toBeLessThanOrEqual(small.worker * MAX_RATIO);
}, 900_000);
