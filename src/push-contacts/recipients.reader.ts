import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { findSingleBatch } from '../core/mongo/raw-commands.js';
import type { Contact } from './push-contacts.repository.js';
import {
  PUSH_CONTACT,
  type PushContactDocument,
  type StoredSubscription,
  UNSUBSCRIBED_INDEX,
} from './push-contacts.schema.js';
import { ContactTokens } from './tokens/contact-tokens.js';

/**
 * A contact as it is read to be sent to. `visitorGuid` is null also when it is not read, as for broadcasts.
 */
export type Recipient = Pick<Contact, 'id' | 'deviceToken' | 'visitorGuid' | 'subscription'>;

/** A broadcast reads all contacts of a domain, so it reads only the fields it needs. */
const RECIPIENT_FIELDS = { device_token: 1, subscription: 1 } as const;
const VISITOR_RECIPIENT_FIELDS = { ...RECIPIENT_FIELDS, visitor_guid: 1 } as const;

/**
 * How long recipients may be sent to without asking again who of them has left. While PushApi is quick, a
 * worker sends what it has just read, and the question would take a quarter of the speed.
 */
export const RECIPIENTS_FRESH_MS = 50;

/** The ids after `afterId`, up to and including `upToId`. */
export interface IdRange {
  readonly afterId: string;
  readonly upToId: string;
}

/** Reads the contacts that messages are sent to. */
@Injectable()
export class RecipientsReader {
  constructor(
    @InjectModel(PUSH_CONTACT) private readonly model: Model<PushContactDocument>,
    private readonly tokens: ContactTokens,
  ) {}

  /**
   * Finds the range of the next `size` active contacts of a domain, by id, and how many it has; the last
   * range may have fewer. Resolves with undefined when there are none after `afterId`. It reads only the
   * index, and MongoDB returns only the range's end.
   */
  async nextRange(domain: string, afterId: string, size: number): Promise<(IdRange & { count: number }) | undefined> {
    const filter = { domain, deleted: false, _id: { $gt: afterId } };
    const hint = { domain: 1, deleted: 1, _id: 1 } as const;
    const projection = { _id: 1 };
    const last = await this.model.findOne(filter, projection, { sort: { _id: 1 }, skip: size - 1, hint }).lean();
    if (last !== null) return { afterId, upToId: last._id, count: size };
    const [rest] = await this.model
      .aggregate<{ upToId: string; count: number }>([
        { $match: filter },
        { $group: { _id: null, upToId: { $max: '$_id' }, count: { $sum: 1 } } },
      ])
      .hint(hint);
    return rest && { afterId, upToId: rest.upToId, count: rest.count };
  }

  /**
   * Finds the first active contacts of the domain in the range, by id: at most `limit`, and fewer when the
   * documents exceed one batch of MongoDB's cursor.
   */
  async findInRange(domain: string, { afterId, upToId }: IdRange, limit: number): Promise<Recipient[]> {
    const documents = await findSingleBatch(this.model, {
      filter: { domain, deleted: false, _id: { $gt: afterId, $lte: upToId } },
      sort: { _id: 1 },
      projection: RECIPIENT_FIELDS,
      hint: { domain: 1, deleted: 1, _id: 1 },
      limit,
    });
    return documents.map(toRecipient);
  }

  /** Finds the active contacts of the domain with these ids. */
  async findByIds(domain: string, ids: readonly string[]): Promise<Recipient[]> {
    const filter = { _id: { $in: ids }, domain, deleted: false };
    return (await this.model.find(filter, VISITOR_RECIPIENT_FIELDS).lean()).map(toRecipient);
  }

  /** Finds the active contact of the domain with this device token. */
  async findByDeviceToken(domain: string, deviceToken: string): Promise<Recipient | undefined> {
    const filter = { ...(await this.tokens.match([deviceToken])), domain, deleted: false };
    const contact = await this.model.findOne(filter, VISITOR_RECIPIENT_FIELDS).lean();
    return contact === null ? undefined : toRecipient(contact);
  }

  /**
   * Finds the domain's contacts that left at `since` or later; undefined when they are more than `max`. It
   * reads only the index.
   */
  async findUnsubscribed(domain: string, since: Date, max: number): Promise<ReadonlySet<string> | undefined> {
    const ids = await this.findUnsubscribedIds({ domain, unsubscribed_at: { $gte: since } }, max + 1);
    return ids.length > max ? undefined : new Set(ids);
  }

  /** Finds which of these contacts of the domain left at `since` or later. It reads only the index. */
  async findUnsubscribedOf(domain: string, ids: readonly string[], since: Date): Promise<ReadonlySet<string>> {
    const filter = { domain, unsubscribed_at: { $gte: since }, _id: { $in: ids } };
    return new Set(await this.findUnsubscribedIds(filter, ids.length));
  }

  private async findUnsubscribedIds(filter: object, limit: number): Promise<string[]> {
    const documents = await findSingleBatch(this.model, {
      filter: { ...filter, deleted: true },
      projection: { _id: 1 },
      hint: UNSUBSCRIBED_INDEX,
      limit,
    });
    return documents.map(({ _id }) => _id);
  }

  /** Finds the domain's active contacts of these visitors. */
  async findByVisitors(domain: string, visitorGuids: readonly string[]): Promise<Recipient[]> {
    const filter = { visitor_guid: { $in: visitorGuids }, domain, deleted: false };
    return (await this.model.find(filter, VISITOR_RECIPIENT_FIELDS).lean()).map(toRecipient);
  }

  /** Counts the domain's active contacts of these visitors. */
  countByVisitors(domain: string, visitorGuids: readonly string[]): Promise<number> {
    return this.model.countDocuments({ visitor_guid: { $in: visitorGuids }, domain, deleted: false });
  }

  /** Finds the ids of all contacts of these visitors at the domain, including pruned ones. */
  async findIdsOfVisitors(domain: string, visitorGuids: readonly string[]): Promise<string[]> {
    const documents = await this.model.find({ visitor_guid: { $in: visitorGuids }, domain }, { _id: 1 }).lean();
    return documents.map(({ _id }) => _id);
  }

  /**
   * Finds the domain of each of these contacts, by contact id, including pruned ones.
   * @param likely domains that most of them are of: with contacts sharded by domain, only for the others
   *   every shard is asked.
   */
  async findDomains(ids: readonly string[], likely: readonly string[]): Promise<Map<string, string>> {
    const found = await this.readDomains(ids, { domain: { $in: likely } });
    const others = ids.filter((id) => !found.has(id));
    if (others.length === 0) return found;
    return new Map([...found, ...(await this.readDomains(others, {}))]);
  }

  private async readDomains(ids: readonly string[], isLikely: object): Promise<Map<string, string>> {
    const documents = await findSingleBatch(this.model, {
      filter: { _id: { $in: ids }, ...isLikely },
      projection: { domain: 1 },
      hint: { _id: 1 },
      limit: ids.length,
    });
    return new Map(documents.map(({ _id, domain }) => [_id, domain]));
  }
}

/** Converts a stored contact into a recipient. An incomplete subscription becomes null. */
export function toRecipient(
  document: Pick<PushContactDocument, '_id' | 'device_token' | 'visitor_guid' | 'subscription'>,
): Recipient {
  return {
    id: document._id,
    deviceToken: document.device_token,
    visitorGuid: document.visitor_guid ?? null,
    subscription: isComplete(document.subscription) ? document.subscription : null,
  };
}

/** An older document may have a subscription without keys, which cannot be sent to. */
function isComplete(subscription: PushContactDocument['subscription']): subscription is StoredSubscription {
  return Boolean(subscription?.endpoint && subscription.p256dh && subscription.auth);
}
