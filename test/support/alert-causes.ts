import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
import { type AlertedInstallation, instanceOf } from './alerted-installation.js';
import { request } from './http.js';
import { names } from './installation.js';
import { callsInFlight } from './named-workers.js';
import type { ProductProcess } from './product-process.js';
import { waitFor } from './wait-for.js';

export const TWO_HOURS_MS = 7_200_000;

/** More than the leases that fire. */
const BATCHES_TO_LOSE = 8;

/** An audit log that MongoDB refuses to extend, and a Firebase that is away. */
export async function refuseAuditAndTokens(alerted: AlertedInstallation): Promise<void> {
  const { product, spareApi } = alerted;
  await product.db.addContacts('unavailable.example.com', names('unavailable', 30));
  const messageId = await product.send('unavailable.example.com', { title: 'Unavailable' });
  await product.db.refuseInserts('auditEntries');
  const options = { token: product.keys.superUser, json: { title: 'Not audited', body: 'The body' } };
  const url = `${spareApi.url}/messages/domains/audit.example.com`;
  await alerted.fires({ PushContactAuditRefused: {} }, async () => {
    expect((await request('POST', url, options)).status).toBe(503);
    // Ten refusals would be another alert.
    await sleep(1_000);
  });
  await product.db.acceptInserts('auditEntries');
  await alerted.fires({ PushContactFirebaseUnreachable: {} });
  // Firebase would stay paused for others as long as its contacts are tried again.
  await product.askAsSuperUser('DELETE', `/messages/${messageId}/delivery`);
}

/** A push service that takes nothing of a domain for an hour. */
export async function throttleDomain(alerted: AlertedInstallation): Promise<void> {
  const { product } = alerted;
  await product.db.addSubscribers('limits.example.com', 'push.example.com', names('429hour', 10));
  await product.send('limits.example.com', { title: 'Limits' });
  await alerted.fires({ PushContactPushServiceThrottled: { push_service: 'push.example.com', scope: 'domain' } });
}

/** Contacts that push services refuse for all kinds of reasons; a PushApi that refuses and forgets some. */
export async function refuseSends(alerted: AlertedInstallation): Promise<void> {
  const { product } = alerted;
  const { db, pushApi } = product;
  await db.addSubscribers('key.example.com', 'fcm.googleapis.com', names('403', 40));
  await db.addSubscribers('gone.example.com', 'db5p.notify.windows.com', names('410', 60));
  await db.addSubscribers('large.example.com', 'web.push.apple.com', names('413', 120));
  await db.addSubscribers('half.example.com', 'updates.push.services.mozilla.com', names('half', 40));
  await db.addContacts('project.example.com', [...names('third-party', 20), ...names('sender', 20)]);
  await db.addSubscribers('token.example.com', 'fcm.googleapis.com', names('token', 10));
  pushApi.breakCalls('half.example.com', () => 'half-of-the-items');
  pushApi.breakCalls('token.example.com', () => 'status-401');
  const alerts = {
    PushContactVapidKeyRefused: { push_service: 'fcm.googleapis.com' },
    PushContactPruneBreakerOpen: {},
    PushContactSendsFailing: { push_service: '*.push.apple.com' },
    PushContactResultsMissing: {},
    PushContactFirebaseRefusesCredentials: {},
    PushContactPushApiRefusesToken: {},
  };
  await alerted.fires(alerts, () => sendTo(alerted, ['key', 'gone', 'large', 'half', 'project', 'token']));
}

async function sendTo({ product }: AlertedInstallation, sites: readonly string[]): Promise<void> {
  for (const site of sites) await product.send(`${site}.example.com`, { title: `${site}.example.com` });
  await sleep(3_000);
}

/** A worker that stands still until another one has begun with its batches, and is killed at last. */
export async function freezeWorker(alerted: AlertedInstallation): Promise<void> {
  const { product, workers } = alerted;
  const [frozen] = workers;
  const domain = 'leases.example.com';
  const guids = names('visitor', 40);
  for (const guid of guids) {
    await product.db.addSubscribers(domain, 'jmt17.google.com', [guid], { visitor_guid: guid });
  }
  const messageId = await product.store(domain, { title: domain });
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  product.pushApi.beforeWebPushResponse(domain, () => released);
  for (const guid of guids) {
    if (callsInFlight(product, domain, frozen) >= BATCHES_TO_LOSE) break;
    const path = `/messages/${messageId}/visitors/${guid}/send`;
    await product.askAsSuperUser('POST', path, { json: { fields: {} } });
    await sleep(50);
  }
  process.kill(frozen.process.pid, 'SIGSTOP');
  await alerted.fires({ PushContactTargetDown: { instance: instanceOf(frozen.process) } });
  await waitFor(
    () => product.db.count('deliveryBatches', { domain, lease_number: { $gte: 2 } }),
    (count) => count >= BATCHES_TO_LOSE,
  );
  process.kill(frozen.process.pid, 'SIGCONT');
  release();
  await alerted.fires({ PushContactLeasesLost: {} });
  await frozen.process.kill();
}

/** A disk that is full, and a process whose event loop stands still again and again. */
export async function breakMachine(alerted: AlertedInstallation): Promise<void> {
  await alerted.stores.mongoDb.fillDisk();
  // How full it is, a process reads at its first scrape and then once a minute.
  await alerted.restartSpareApi();
  const alerts = {
    PushContactEventLoopLag: { instance: instanceOf(alerted.spareApi) },
    PushContactLedgerDiskFilling: {},
    PushContactLedgerDiskFull: {},
  };
  await alerted.fires(alerts, () => freeze(alerted.spareApi));
}

/** A process that ends and is started again and again. */
export async function restartAgainAndAgain(alerted: AlertedInstallation): Promise<void> {
  const instance = instanceOf(alerted.sparePushApi);
  await alerted.fires({ PushContactRestarting: { instance } }, async () => {
    await alerted.restartSparePushApi();
    await sleep(1_500);
  });
}

async function freeze({ pid }: ProductProcess): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await sleep(700);
  process.kill(pid, 'SIGCONT');
  await sleep(200);
}

/** A collection that takes no writes, and an erasure that has not ended for two days. */
export async function breakSweeps(alerted: AlertedInstallation): Promise<void> {
  const { db } = alerted.product;
  await db.update('statsRollUps', {}, { $set: { due_at: new Date(0) } });
  await db.refuseInserts('statsRollUps');
  await db.insert('erasures', [
    {
      _id: new mongoose.mongo.ObjectId().toHexString(),
      ...{ contact_ids: [], domains: [], visitors: '', domain: null, held: null, lists: null, is_last: false },
      requested_at: new Date(Date.now() - 24 * TWO_HOURS_MS),
      ...{ due_at: new Date(Date.now() + TWO_HOURS_MS), attempts: 9 },
    },
  ]);
  await alerted.fires({ PushContactSweepFails: { work: 'roll-ups' }, PushContactErasureStuck: {} });
}

/** Registrations that PushApi keeps waiting. */
export async function delayRegistrations(alerted: AlertedInstallation): Promise<void> {
  const { product } = alerted;
  product.pushApi.beforeDeviceResponse(() => sleep(3_000));
  const slow: Promise<unknown>[] = [];
  await alerted.fires({ PushContactVisitorsWait: {} }, async () => {
    slow.push(register(alerted, `slow-${slow.length}`));
    await sleep(300);
  });
  await Promise.all(slow);
}

/** Resolves with the status. */
export async function register({ product }: AlertedInstallation, deviceToken: string): Promise<number> {
  const json = { domain: 'registered.example.com', deviceToken };
  return (await product.ask('POST', '/push-contacts', { json })).status;
}
