import { addAudience } from './audience.js';
import { type Broadcast, broadcast, expectSettled, inTheMiddle } from './broadcasts.js';
import type { Installation } from './installation.js';

/** Before the sweeper would find what no job told of. */
export const BEFORE_SWEEP_MS = 12_000;

/** Sends to a new domain. Resolves when part of it is recorded. */
export async function startBroadcast(product: Installation, domain: string): Promise<Broadcast> {
  const audience = await addAudience(product, domain, { tokens: 14_000, subscriptions: 4_000 });
  const sent = await broadcast(product, domain, audience);
  await inTheMiddle(product, sent, 0.05);
  return sent;
}

/** Sends to a new domain. Fails unless its jobs, and not the sweeper, wake a worker. */
export async function expectSentAtOnce(product: Installation, domain: string): Promise<void> {
  const audience = await addAudience(product, domain, { tokens: 50 });
  const from = Date.now();
  await expectSettled(product, await broadcast(product, domain, audience));
  expect(Date.now() - from).toBeLessThan(BEFORE_SWEEP_MS);
}

/** Whether a send is accepted now. */
export async function isSendAccepted(product: Installation): Promise<boolean> {
  const json = { title: 'Probe', body: 'The body' };
  return (await product.askAsSuperUser('POST', '/messages/domains/probe.example.com', { json })).status === 202;
}
