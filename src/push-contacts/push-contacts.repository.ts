import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { findInOneMessage } from '../core/bare-commands.js';
import { isDuplicateKey } from '../core/duplicate-key.js';
import type { Transaction } from '../core/transactions.js';
import { PUSH_CONTACT, type PushContactDocument, type StoredSubscription } from './push-contacts.schema.js';

const { mongo } = mongoose;
/** What a visitor registers. */
export interface ContactToStore {
  readonly domain: string;
  readonly deviceToken: string;
  readonly email: string | null;
  readonly visitorGuid: string | null;
  readonly subscription: StoredSubscription | null;
}

/** What may change of a contact later. */
export type ContactChange = Partial<Pick<ContactToStore, 'email' | 'visitorGuid' | 'subscription'>>;

/** A contact that is active, with nulls where an older document lacks a field. */
export interface Contact extends ContactToStore {
  readonly id: string;
}

/** What a sending needs to know of a contact; `visitorGuid` is null also where it does not matter. */
export type ContactToReach = Pick<Contact, 'id' | 'deviceToken' | 'visitorGuid' | 'subscription'>;

/** A broadcast reads all contacts of a domain: what it does not need is not to travel. */
const TO_REACH = { device_token: 1, subscription: 1 } as const;
const TO_REACH_VISITOR = { ...TO_REACH, visitor_guid: 1 } as const;

export interface ContactFilter {
  readonly domain: string;
  readonly email?: string;
  readonly modifiedFrom?: Date;
  readonly modifiedTo?: Date;
}

/** Ids after `afterId` up to and including `upToId`. */
export interface IdRange {
  readonly afterId: string;
  readonly upToId: string;
}

/** What a contact was refused as: it is pruned only while it still is that. */
export interface RefusedContact {
  readonly id: string;
  readonly deviceToken: string;
  readonly as: { readonly endpoint: string | null } | { readonly unchangedSince: Date };
}

/** There is an active contact of the device token. */
export class TokenTakenError extends Error {}

@Injectable()
export class PushContactsRepository {
  constructor(@InjectModel(PUSH_CONTACT) private readonly model: Model<PushContactDocument>) {}

  /** Whether an active contact has this token. */
  async isActive(deviceToken: string): Promise<boolean> {
    return (await this.model.exists({ device_token: deviceToken, deleted: false })) !== null;
  }

  /** Stores a new contact or revives a pruned one. Throws a TokenTakenError when the token has an active contact. */
  async addOrRevive(contact: ContactToStore, transaction?: Transaction): Promise<Contact> {
    const { domain, deviceToken, email, visitorGuid, subscription } = contact;
    const id = new mongo.ObjectId().toHexString();
    try {
      const stored = await this.model.collection.findOneAndUpdate(
        { device_token: deviceToken, deleted: true },
        {
          $set: { domain, email, visitor_guid: visitorGuid, deleted: false, modified: new Date(), subscription },
          $setOnInsert: { _id: id },
        },
        { upsert: true, projection: { _id: 1 }, session: transaction },
      );
      return { ...contact, id: stored === null ? id : String(stored._id) };
    } catch (error) {
      throw isDuplicateKey(error) ? new TokenTakenError() : error;
    }
  }

  /** Changes an active contact; answers it as it was before, or undefined when there is none. */
  async updateActive(
    deviceToken: string,
    change: ContactChange,
    transaction?: Transaction,
  ): Promise<Contact | undefined> {
    const { email, visitorGuid, subscription } = change;
    const before = await this.model
      .findOneAndUpdate(
        { device_token: deviceToken, deleted: false },
        {
          ...(email !== undefined && { email }),
          ...(visitorGuid !== undefined && { visitor_guid: visitorGuid }),
          ...(subscription !== undefined && { subscription }),
          modified: new Date(),
        },
        { returnDocument: 'before', session: transaction ?? null },
      )
      .lean();
    return before === null ? undefined : toContact(before);
  }

  /** The active contacts that match, one after the other: a domain has more of them than fit into memory. */
  async *findActive(filter: ContactFilter): AsyncGenerator<Contact> {
    const { domain, email, modifiedFrom, modifiedTo } = filter;
    const modified = { ...(modifiedFrom && { $gte: modifiedFrom }), ...(modifiedTo && { $lte: modifiedTo }) };
    const cursor = this.model
      .find({
        domain,
        deleted: false,
        ...(email !== undefined && { email }),
        ...(Object.keys(modified).length > 0 && { modified }),
      })
      .lean()
      .batchSize(1_000)
      .cursor();
    for await (const document of cursor) yield toContact(document);
  }

  /**
   * The next `size` active contacts of a domain by id, as a range, or undefined when there are none after `afterId`.
   * Only the index is read, and only the range's end travels.
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

  /** The first of the domain's active contacts in the range, by id: `limit` or, where they are large, somewhat fewer. */
  async findInRange(domain: string, { afterId, upToId }: IdRange, limit: number): Promise<ContactToReach[]> {
    const documents = await findInOneMessage(this.model, {
      filter: { domain, deleted: false, _id: { $gt: afterId, $lte: upToId } },
      sort: { _id: 1 },
      projection: TO_REACH,
      hint: { domain: 1, deleted: 1, _id: 1 },
      limit,
    });
    return documents.map(toContactToReach);
  }

  /** Those of `ids` that are active contacts of the domain. */
  async findByIds(domain: string, ids: readonly string[]): Promise<ContactToReach[]> {
    const filter = { _id: { $in: ids }, domain, deleted: false };
    return (await this.model.find(filter, TO_REACH_VISITOR).lean()).map(toContactToReach);
  }

  /** The domain's active contacts of these visitors. */
  async findByVisitors(domain: string, visitorGuids: readonly string[]): Promise<ContactToReach[]> {
    const filter = { visitor_guid: { $in: visitorGuids }, domain, deleted: false };
    return (await this.model.find(filter, TO_REACH_VISITOR).lean()).map(toContactToReach);
  }

  countByVisitors(domain: string, visitorGuids: readonly string[]): Promise<number> {
    return this.model.countDocuments({ visitor_guid: { $in: visitorGuids }, domain, deleted: false });
  }

  /** Ids of all contacts of the domain that these visitors have or had, pruned ones included. */
  async findIdsOfVisitors(domain: string, visitorGuids: readonly string[]): Promise<string[]> {
    const documents = await this.model.find({ visitor_guid: { $in: visitorGuids }, domain }, { _id: 1 }).lean();
    return documents.map(({ _id }) => _id);
  }

  /** The domain of each of these contacts, pruned ones included, by contact id. */
  async findDomains(ids: readonly string[]): Promise<Map<string, string>> {
    const documents = await this.model.find({ _id: { $in: ids } }, { domain: 1 }).lean();
    return new Map(documents.map(({ _id, domain }) => [_id, domain]));
  }

  /** Marks contacts as deleted, except those that have got another token or endpoint since they were refused. */
  async prune(contacts: readonly RefusedContact[]): Promise<void> {
    if (contacts.length === 0) return;
    const modified = new Date();
    await this.model.collection.bulkWrite(
      contacts.map(({ id, deviceToken, as }) => ({
        updateOne: {
          filter: {
            _id: id as never,
            deleted: false,
            device_token: deviceToken,
            ...('unchangedSince' in as && { modified: { $lte: as.unchangedSince } }),
            ...('endpoint' in as && stillReachedBy(as.endpoint)),
          },
          update: { $set: { deleted: true, modified } },
        },
      })),
      { ordered: false },
    );
  }
}

/** A contact refused by its device token may have got a subscription since, by which it is reached now. */
function stillReachedBy(endpoint: string | null): object {
  if (endpoint !== null) return { 'subscription.endpoint': endpoint };
  const parts = ['endpoint', 'p256dh', 'auth'].map((part) => ({ [`subscription.${part}`]: { $in: [null, ''] } }));
  return { $or: parts };
}

function toContact(document: PushContactDocument): Contact {
  return { ...toContactToReach(document), domain: document.domain, email: document.email ?? null };
}

function toContactToReach(
  document: Pick<PushContactDocument, '_id' | 'device_token' | 'visitor_guid' | 'subscription'>,
): ContactToReach {
  return {
    id: document._id,
    deviceToken: document.device_token,
    visitorGuid: document.visitor_guid ?? null,
    subscription: isComplete(document.subscription) ? document.subscription : null,
  };
}

/** An older document may hold a subscription without keys; nothing can be sent to it. */
function isComplete(subscription: PushContactDocument['subscription']): subscription is StoredSubscription {
  return Boolean(subscription?.endpoint && subscription.p256dh && subscription.auth);
}
