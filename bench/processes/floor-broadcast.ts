/**
 * The floor of a broadcast: reads the contacts with one cursor, calls PushApi several times at once, writes
 * one event per contact, and updates the counters once. It has no ledger, retry or pruning, and cannot be
 * interrupted.
 */
import mongoose from 'mongoose';
import { Pool } from 'undici';
import { readArgument, serveCommands } from '../child.js';
import { idEncryption } from '../encrypted-ids.js';
import type { ContactKind, SeededMessage } from '../seed.js';

const { MongoClient, UUID } = mongoose.mongo;

export interface FloorBroadcastArgument {
  readonly mongodbUri: string;
  readonly database: string;
  readonly pushApiUrl: string;
  readonly pushApiToken: string;
  readonly publicUrl: string;
  readonly encryption: { readonly key: string; readonly iv: string };
}

export interface FloorBroadcastCommand extends SeededMessage {
  readonly kind: ContactKind;
  readonly contactsACall: number;
}

interface StoredContact {
  readonly _id: string;
  readonly device_token: string;
  readonly subscription?: { readonly endpoint: string; readonly p256dh: string; readonly auth: string };
}

interface CallItem {
  readonly isSuccess: boolean;
}

/**
 * Calls at once, and contacts that are read and written together: the fastest of those tried on two cores.
 */
const CALLS_IN_FLIGHT = 8;
const CONTACTS_TOGETHER = 1_000;

const argument = (await readArgument()) as FloorBroadcastArgument;
const client = await MongoClient.connect(argument.mongodbUri, { writeConcern: { w: 'majority' } });
const db = client.db(argument.database);
const pool = new Pool(argument.pushApiUrl, { connections: CALLS_IN_FLIGHT });
const encrypt = idEncryption(argument.encryption);

async function call(
  contacts: readonly StoredContact[],
  { kind, messageId }: FloorBroadcastCommand,
): Promise<CallItem[]> {
  const content = {
    notificationTitle: 'A benchmark',
    notificationBody: 'How fast is it?',
    notificationOnClickLink: 'https://example.com/',
    imageUrl: null,
  };
  const body =
    kind === 'tokens'
      ? { ...content, tokens: contacts.map(({ device_token }) => device_token) }
      : { ...content, messageId, iconUrl: null, actions: [], subscriptions: subscriptionsOf(contacts, messageId) };
  const response = await pool.request({
    method: 'POST',
    path: kind === 'tokens' ? '/message' : '/webpush',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${argument.pushApiToken}` },
    body: JSON.stringify(body),
  });
  const { responses } = (await response.body.json()) as { responses: CallItem[] };
  return responses;
}

function subscriptionsOf(contacts: readonly StoredContact[], messageId: string): object[] {
  const encryptedMessageId = encrypt(messageId);
  return contacts.map(({ _id, subscription }) => {
    const base = `${argument.publicUrl}/push-contacts/${encrypt(_id)}/messages/${encryptedMessageId}`;
    return {
      endpoint: subscription?.endpoint,
      p256DH: subscription?.p256dh,
      auth: subscription?.auth,
      subscriptionExtraData: {
        clickedEventEndpoint: `${base}/clicked`,
        receivedEventEndpoint: `${base}/received`,
        actionEventEndpoints: {},
      },
    };
  });
}

async function sendAndRecord(contacts: readonly StoredContact[], command: FloorBroadcastCommand): Promise<number> {
  const calls: Promise<CallItem[]>[] = [];
  for (let start = 0; start < contacts.length; start += command.contactsACall) {
    calls.push(call(contacts.slice(start, start + command.contactsACall), command));
  }
  const items = (await Promise.all(calls)).flat();
  const messageId = new UUID(command.messageId);
  const date = new Date();
  const events = contacts.map(({ _id, device_token }, index) => ({
    _id: `${command.messageId.slice(0, 24)}:${_id}`,
    type: items[index]?.isSuccess === true ? 0 : 4,
    date,
    message_id: messageId,
    push_contact_id: _id,
    sub_type: 0,
    domain: command.domain,
    device_token,
    error_message: null,
    event_descriptor: null,
  }));
  await db.collection<{ _id: string }>('webPushEvent').insertMany(events, { ordered: false });
  return events.filter(({ type }) => type === 0).length;
}

async function broadcast(command: FloorBroadcastCommand): Promise<number> {
  const started = performance.now();
  const cursor = db.collection<StoredContact>('push-contacts').find(
    { domain: command.domain, deleted: false },
    {
      projection: { device_token: 1, ...(command.kind === 'subscriptions' && { subscription: 1 }) },
      hint: { domain: 1, deleted: 1, _id: 1 },
      batchSize: CONTACTS_TOGETHER,
    },
  );
  const groupsInFlight = Math.max(2, Math.ceil((CALLS_IN_FLIGHT * command.contactsACall) / CONTACTS_TOGETHER));
  const inFlight = new Set<Promise<unknown>>();
  let delivered = 0;
  while (await cursor.hasNext()) {
    const group = sendAndRecord(cursor.readBufferedDocuments(), command)
      .then((count) => {
        delivered += count;
      })
      .finally(() => inFlight.delete(group));
    inFlight.add(group);
    if (inFlight.size >= groupsInFlight) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
  await db
    .collection('messages')
    .updateOne(
      { message_id: new UUID(command.messageId) },
      { $inc: { sent: delivered, delivered, billable_sends: delivered } },
    );
  return (performance.now() - started) / 1_000;
}

serveCommands(null, broadcast);
