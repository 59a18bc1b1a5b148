import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { insertIfMissing } from '../core/mongo/raw-commands.js';
import { rawCollection } from '../core/mongo/raw-collection.js';
import type { Transaction } from '../core/mongo/transactions.js';
import { AUDIT_ENTRY, type AuditEntryDocument } from './audit.schema.js';

const { UUID } = mongoose.mongo;

/** Enough digits until the year 10889. */
const TIME_DIGITS = 12;

export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  /** The claim `sub` of the token; null without one. */
  readonly subject: string | null;
  /** The name of the key file that verified the token. */
  readonly keyId: string;
  readonly method: string;
  readonly route: string;
  /** Null where the call is of no single domain, or of one that is not known. */
  readonly domain: string | null;
  readonly messageId: string | null;
  readonly requestId: string;
  readonly status: number | null;
}

/** What is known of a call only after its entry is stored. */
export type AuditOutcome = Pick<AuditEntry, 'id' | 'status' | 'messageId'>;

export interface AuditFilter {
  readonly domain: string | undefined;
  /** Inclusive. */
  readonly from: Date | undefined;
  /** Inclusive. */
  readonly to: Date | undefined;
  /** Entries before this id alone. */
  readonly before: string | undefined;
}

@Injectable()
export class AuditRepository {
  constructor(@InjectModel(AUDIT_ENTRY) private readonly model: Model<AuditEntryDocument>) {}

  /** Stores an entry; one that is stored already stays as it is. */
  async insert(entry: AuditEntry): Promise<void> {
    await insertIfMissing(this.model, [toDocument(entry)]);
  }

  async insertWithin(entry: AuditEntry, transaction: Transaction): Promise<void> {
    await rawCollection(this.model).insertOne(toDocument(entry), { session: transaction });
  }

  async setOutcomes(outcomes: readonly AuditOutcome[]): Promise<void> {
    await rawCollection(this.model).bulkWrite(
      outcomes.map(({ id, status, messageId }) => ({
        updateOne: {
          filter: { _id: id },
          update: { $set: { status, ...(messageId !== null && { message_id: new UUID(messageId) }) } },
        },
      })),
      { ordered: false },
    );
  }

  /** Finds entries, the latest first, at most `limit`. */
  async find({ domain, from, to, before }: AuditFilter, limit: number): Promise<AuditEntry[]> {
    const bounds = {
      ...(from !== undefined && { $gte: toTimePart(from.getTime()) }),
      ...(to !== undefined && { $lt: toTimePart(to.getTime() + 1) }),
    };
    const ids = [bounds, ...(before === undefined ? [] : [{ $lt: before }])].filter((each) => hasKeys(each));
    const filter = { $and: [{ ...(domain !== undefined && { domain }) }, ...ids.map((_id) => ({ _id }))] };
    return (await this.model.find(filter, null, { sort: { _id: -1 }, limit }).lean()).map(toEntry);
  }
}

/** Makes an id that sorts by time. */
export function newAuditId(at: Date): string {
  return toTimePart(at.getTime()) + randomBytes(8).toString('hex');
}

function toTimePart(ms: number): string {
  return Math.max(0, ms).toString(16).padStart(TIME_DIGITS, '0');
}

function hasKeys(value: object): boolean {
  return Object.keys(value).length > 0;
}

function toDocument(entry: AuditEntry): AuditEntryDocument {
  return {
    _id: entry.id,
    at: entry.at,
    subject: entry.subject,
    key_id: entry.keyId,
    method: entry.method,
    route: entry.route,
    domain: entry.domain,
    ...(entry.messageId !== null && { message_id: new UUID(entry.messageId) }),
    request_id: entry.requestId,
    status: entry.status,
  };
}

function toEntry(document: AuditEntryDocument): AuditEntry {
  return {
    id: document._id,
    at: document.at,
    subject: document.subject,
    keyId: document.key_id,
    method: document.method,
    route: document.route,
    domain: document.domain,
    messageId: document.message_id?.toString() ?? null,
    requestId: document.request_id,
    status: document.status,
  };
}
