import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import mongoose from 'mongoose';

const { ObjectId, UUID } = mongoose.mongo;

type Db = mongoose.mongo.Db;

export type ContactKind = 'tokens' | 'subscriptions';

interface StoredContact {
  readonly _id: string;
  readonly domain: string;
  readonly device_token: string;
  readonly email: string | null;
  readonly visitor_guid: string | null;
  readonly deleted: boolean;
  readonly modified: Date;
  readonly subscription: { readonly endpoint: string; readonly p256dh: string; readonly auth: string } | null;
}

export interface SeededMessage {
  readonly messageId: string;
  readonly domain: string;
}

const INSERTED_AT_ONCE = 5_000;
const INSERTS_IN_FLIGHT = 3;
const KEYS = 64;

/** Stores active contacts of a domain as the product would have; the collection has its indexes already. Answers their ids. */
export async function seedContacts(db: Db, domain: string, kind: ContactKind, count: number): Promise<string[]> {
  const contacts = db.collection<StoredContact>('push-contacts');
  const keys = Array.from({ length: KEYS }, newP256Key);
  const ids: string[] = [];
  const inFlight = new Set<Promise<unknown>>();
  while (ids.length < count) {
    const chunk = Array.from({ length: Math.min(INSERTED_AT_ONCE, count - ids.length) }, () =>
      newContact(domain, kind, keys),
    );
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

/** Stores a message without counts, as the product does when it accepts one. */
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

function newContact(domain: string, kind: ContactKind, keys: readonly string[]): StoredContact {
  const deviceToken = newDeviceToken();
  return {
    _id: new ObjectId().toHexString(),
    domain,
    device_token: deviceToken,
    email: null,
    visitor_guid: randomUUID(),
    deleted: false,
    modified: new Date(),
    subscription:
      kind === 'tokens'
        ? null
        : {
            endpoint: `https://fcm.googleapis.com/fcm/send/${deviceToken}`,
            p256dh: keys[Math.floor(Math.random() * keys.length)] ?? '',
            auth: randomBytes(16).toString('base64url'),
          },
  };
}

/** As long as Firebase's. */
export function newDeviceToken(): string {
  return `${randomBytes(16).toString('base64url')}:APA91b${randomBytes(100).toString('base64url')}`;
}

function newP256Key(): string {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  return ecdh.getPublicKey().toString('base64url');
}
