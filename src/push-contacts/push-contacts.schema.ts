import { Schema } from 'mongoose';
import type { Config } from '../core/config/config.js';
import { TOKEN_INDEX } from './tokens/contact-key.js';

export const PUSH_CONTACT = 'PushContact';

/** The index of contacts that left. */
export const UNSUBSCRIBED_INDEX = { domain: 1, unsubscribed_at: 1, _id: 1 } as const;

/** Compares texts without regard to case (MongoDB's manual, "Collation"). */
export const ANY_CASE = { locale: 'en', strength: 2 } as const;

/** A browser's Web Push subscription as stored. */
export interface StoredSubscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  /** The VAPID public key that it belongs to; older ones lack it, which means the first key. */
  readonly vapid_public_key?: string;
}

/** A contact as stored. Older documents lack `visitor_guid` or `subscription`. */
export interface PushContactDocument {
  readonly _id: string;
  readonly domain: string;
  readonly device_token: string;
  readonly email: string | null;
  readonly visitor_guid?: string | null;
  readonly deleted: boolean;
  readonly modified: Date;
  readonly subscription?: StoredSubscription | null;
  /** When the visitor left. Present only while deleted, and not when it was pruned. */
  readonly unsubscribed_at?: Date;
  /** When it came back, or its token or subscription changed, last. Absent in older documents. */
  readonly renewed_at?: Date;
  /** When whose it was was erased. Nothing else of it is stored then but id and domain. */
  readonly erased_at?: Date;
}

/** Builds the schema. The name of its collection is a setting. */
export function pushContactSchema(config: Config): Schema<PushContactDocument> {
  const subscription = new Schema<StoredSubscription>(
    { endpoint: String, p256dh: String, auth: String, vapid_public_key: String },
    { _id: false },
  );
  return (
    new Schema<PushContactDocument>(
      {
        _id: String,
        domain: String,
        device_token: String,
        email: String,
        visitor_guid: String,
        deleted: Boolean,
        modified: Date,
        subscription,
        unsubscribed_at: Date,
        renewed_at: Date,
        erased_at: Date,
      },
      { collection: config.mongodb.pushContactsCollection, versionKey: false },
    )
      .index({ device_token: 1 }, TOKEN_INDEX[config.mongodb.contactKey])
      .index({ domain: 1, deleted: 1 })
      .index({ deleted: 1, domain: 1, visitor_guid: 1 })
      .index({ visitor_guid: 1, domain: 1, deleted: 1 })
      // The plan of a broadcast reads only this index.
      .index({ domain: 1, deleted: 1, _id: 1 })
      // Has only the contacts that left, of whom each call to PushApi and the domain's counters ask.
      .index(UNSUBSCRIBED_INDEX, {
        partialFilterExpression: { deleted: true, unsubscribed_at: { $exists: true } },
      })
      // Has only the contacts with an e-mail, so that the others pay nothing for it.
      // Also of all domains, and for a page of one of them in the order of ids.
      .index(
        { email: 1, domain: 1, _id: -1 },
        { name: 'email_domain_any_case', collation: ANY_CASE, partialFilterExpression: { email: { $gt: '' } } },
      )
  );
}
