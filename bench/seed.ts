import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import type { Recipients } from './notification.js';

const { ObjectId, UUID } = mongoose.mongo;

type Db = mongoose.mongo.Db;

export type ContactKind = 'tokens' | 'subscriptions';

interface StoredSubscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

interface StoredContact {
  readonly _id: string;
  readonly domain: string;
  readonly device_token: string;
  readonly email: string | null;
  readonly visitor_guid: string | null;
  readonly deleted: boolean;
  readonly modified: Date;
  readonly subscription: StoredSubscription | null;
}

export interface SeededMessage {
  readonly messageId: string;
  readonly domain: string;
}

const INSERTED_AT_ONCE = 5_000;
const INSERTS_IN_FLIGHT = 3;
const KEYS = 64;

/**
 * Stores active contacts of a domain as the product does. The collection must already have its indexes.
 * Resolves with the ids.
 */
export async function seedContacts(db: Db, domain: string, kind: ContactKind, count: number): Promise<string[]> {
  const keys = Array.from({ length: KEYS }, newP256Key);
  return storeContacts(db, count, () => newRandomContact(domain, kind, keys));
}

/** Stores a contact for each recipient. */
export async function seedRecipients(db: Db, domain: string, recipients: Recipients): Promise<void> {
  if (recipients.kind === 'tokens') {
    const { tokens } = recipients;
    await storeContacts(db, tokens.length, (index) => newContact(domain, tokens[index] ?? '', null));
    return;
  }
  const subscriptions = recipients.subscriptions.map(({ endpoint, keys }) => ({ endpoint, ...keys }));
  await storeContacts(db, subscriptions.length, (index) =>
    newContact(domain, newDeviceToken(), subscriptions[index] ?? null),
  );
}

async function storeContacts(db: Db, count: number, create: (index: number) => StoredContact): Promise<string[]> {
  const contacts = db.collection<StoredContact>('push-contacts');
  const ids: string[] = [];
  const inFlight = new Set<Promise<unknown>>();
  while (ids.length < count) {
    const length = Math.min(INSERTED_AT_ONCE, count - ids.length);
    const first = ids.length;
    const chunk = Array.from({ length }, (_, offset) => create(first + offset));
    ids.push(...chunk.map(({ _id }) => _id));
    const insert = contacts
      .insertMany(chunk, { ordered: false, writeConcern: { w: 1 } })
      .finally(() => inFlight.delete(insert));
    inFlight.add(insert);
    if (inFlight.size >= INSERTS_IN_FLIGHT) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
  return ids;
}

/** Stores a message with zero counters, as the product does when it accepts one. */
export async function seedMessage(db: Db, domain: string): Promise<SeededMessage> {
  const messageId = randomUUID();
  await db.collection<{ _id: string }>('messages').insertOne({
    _id: new ObjectId().toHexString(),
    message_id: new UUID(messageId),
    domain,
    title: 'A benchmark',
    body: 'How fast is it?',
    on_click_link: 'https://example.com/',
    sent: 0,
    delivered: 0,
    not_delivered: 0,
    billable_sends: 0,
    received: 0,
    clicks: 0,
    image_url: null,
    prefer_large_image: false,
    icon_url: null,
    inserted_date: new Date(),
  } as { _id: string });
  return { messageId, domain };
}

function newRandomContact(domain: string, kind: ContactKind, keys: readonly string[]): StoredContact {
  const deviceToken = newDeviceToken();
  const subscription = {
    endpoint: `https://fcm.googleapis.com/fcm/send/${deviceToken}`,
    p256dh: keys[Math.floor(Math.random() * keys.length)] ?? '',
    auth: randomBytes(16).toString('base64url'),
  };
  return newContact(domain, deviceToken, kind === 'tokens' ? null : subscription);
}

function newContact(domain: string, deviceToken: string, subscription: StoredSubscription | null): StoredContact {
  return {
    _id: new ObjectId().toHexString(),
    domain,
    device_token: deviceToken,
    email: null,
    visitor_guid: randomUUID(),
    deleted: false,
    modified: new Date(),
    subscription,
  };
}

/** Has the length of Firebase's tokens. */
export function newDeviceToken(): string {
  return `${randomBytes(16).toString('base64url')}:APA91b${randomBytes(100).toString('base64url')}`;
}

function newP256Key(): string {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  return ecdh.getPublicKey().toString('base64url');
}
