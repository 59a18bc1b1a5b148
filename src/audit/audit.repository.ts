import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { rawCollection } from '../core/mongo/raw-collection.js';
import type { CombinedWrites } from '../core/mongo/combined-writes.js';
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
  /** Those that the call is about; none where that is not known. */
  readonly domains: readonly string[];
  readonly messageId: string | null;
  /** The id of the contact that the path names by its token. */
  readonly contactId: string | null;
  readonly requestId: string;
  /** Whether it repeats an earlier call by its Idempotency-Key, and so changes nothing. */
  readonly isRepeat: boolean;
  readonly status: number | null;
}

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

  /** Stores the entry, or replaces it. */
  async save(entry: AuditEntry): Promise<void> {
    await rawCollection(this.model).replaceOne({ _id: entry.id }, toDocument(entry), { upsert: true });
  }

  /** Adds the entry to writes that may be sent twice; `toFailure` makes the error where it is refused. */
  add(entry: AuditEntry, writes: CombinedWrites, toFailure: (refusal: Error) => Error): void {
    const change = toDocument(entry);
    writes.update(this.model, { filter: { _id: entry.id }, change, isUpsert: true, toFailure });
  }

  /** Stores entries, or replaces them. */
  async saveAll(entries: readonly AuditEntry[]): Promise<void> {
    await rawCollection(this.model).bulkWrite(
      entries.map((entry) => ({
        replaceOne: { filter: { _id: entry.id }, replacement: toDocument(entry), upsert: true },
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
  // Node.js keeps random numbers for many UUIDs; each call of randomBytes asks the system. The UUID's version
  // and variant are in the part that is left out (RFC 9562, section 4).
  const uuid = randomUUID();
  return toTimePart(at.getTime()) + uuid.slice(0, 8) + uuid.slice(-8);
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
    domain: entry.domains.length > 1 ? entry.domains : (entry.domains[0] ?? null),
    ...(entry.messageId !== null && { message_id: new UUID(entry.messageId) }),
    ...(entry.contactId !== null && { contact_id: entry.contactId }),
    request_id: entry.requestId,
    ...(entry.isRepeat && { is_repeat: true }),
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
    domains: [document.domain ?? []].flat(),
    messageId: document.message_id?.toString() ?? null,
    contactId: document.contact_id ?? null,
    requestId: document.request_id,
    isRepeat: document.is_repeat ?? false,
    status: document.status,
  };
}
