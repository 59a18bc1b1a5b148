/**
 * The common way to send a broadcast: one Bull job, one call of `/webpush` and three writes per contact (the
 * event, the counters of the message, the counters of the hour).
 */
import Bull from 'bull';
import mongoose from 'mongoose';
import { Pool } from 'undici';
import { readArgument, serveCommands } from '../child.js';
import type { SeededMessage } from '../seed.js';
import { writeThrice } from '../three-writes.js';

const { MongoClient } = mongoose.mongo;

export interface OneJobPerContactArgument {
  readonly mongodbUri: string;
  readonly database: string;
  readonly redisUrl: string;
  readonly pushApiUrl: string;
  readonly pushApiToken: string;
}

interface StoredContact {
  readonly _id: string;
  readonly device_token: string;
  readonly subscription: { readonly endpoint: string; readonly p256dh: string; readonly auth: string };
}

interface ContactJob extends SeededMessage {
  readonly contact: StoredContact;
}

const DELIVERED = 0;

/** Jobs that run at once, and jobs that are added together. */
const CONCURRENCY = 50;
const ADDED_TOGETHER = 1_000;
const POLL_MS = 50;

const argument = (await readArgument()) as OneJobPerContactArgument;
const client = await MongoClient.connect(argument.mongodbUri, { writeConcern: { w: 'majority' } });
const db = client.db(argument.database);
const pool = new Pool(argument.pushApiUrl, { connections: CONCURRENCY });
const queue = new Bull<ContactJob>('contacts', argument.redisUrl, {
  defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
});
let done = 0;
let failed = 0;

async function send({ contact, messageId, domain }: ContactJob): Promise<void> {
  const { endpoint, p256dh, auth } = contact.subscription;
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/webpush',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${argument.pushApiToken}` },
    body: JSON.stringify({
      subscriptions: [{ endpoint, p256DH: p256dh, auth, subscriptionExtraData: null }],
      notificationTitle: 'A benchmark',
      notificationBody: 'How fast is it?',
      messageId,
    }),
  });
  await body.json();
  if (statusCode !== 200) throw new Error(`PushApi answered ${statusCode}`);
  const happening = { type: DELIVERED, contactId: contact._id, deviceToken: contact.device_token, messageId, domain };
  await writeThrice(db, happening, { sent: 1, delivered: 1, billable_sends: 1 });
}

async function broadcast(message: SeededMessage): Promise<number> {
  done = 0;
  failed = 0;
  const started = performance.now();
  const contacts = db.collection<StoredContact>('push-contacts').find({ domain: message.domain, deleted: false });
  let added = 0;
  let jobs: { data: ContactJob }[] = [];
  for await (const contact of contacts) {
    jobs.push({ data: { contact, ...message } });
    added += 1;
    if (jobs.length < ADDED_TOGETHER) continue;
    await queue.addBulk(jobs);
    jobs = [];
  }
  await queue.addBulk(jobs);
  while (done + failed < added) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  if (failed > 0) throw new Error(`${failed} of ${added} contacts failed`);
  return (performance.now() - started) / 1_000;
}

queue.on('failed', () => {
  failed += 1;
});
void queue.process(CONCURRENCY, async ({ data }) => {
  await send(data);
  done += 1;
});
serveCommands(null, broadcast);
