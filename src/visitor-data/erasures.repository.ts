import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { chunk } from '../core/async/chunk.js';
import { databaseDate, databaseNow } from '../core/mongo/database-clock.js';
import { rawCollection } from '../core/mongo/raw-collection.js';
import { EncryptedFields } from '../security/encrypted-fields.js';
import { PersonIds } from './person-ids.js';
import { ERASURE, type ErasureDocument } from './erasures.schema.js';
import { hasEnded, type Work } from './work-under-way.js';

/** Contacts of one erasure, so that a worker repeats it within seconds. */
const CONTACTS_OF_ONE = 1_000;

/** When a worker that has not ended a repetition is taken for dead, or the repetition for failed. */
const FIRST_LEASE_MS = 60_000;

const MAX_LEASE_MS = 3_600_000;

/** What is erased: contacts, and the visitors that lists name. */
export interface ErasedData {
  readonly contactIds: readonly string[];
  readonly domains: readonly string[];
  readonly guids: readonly string[];
  /** The domain that the erasure is limited to; undefined for all. */
  readonly domain: string | undefined;
}

/** An erasure that is to be repeated. */
export interface Erasure extends ErasedData {
  readonly id: string;
  /** Undefined while it is not known. */
  readonly work: Work | undefined;
  readonly isLast: boolean;
  readonly requestedAt: Date;
}

@Injectable()
export class ErasuresRepository {
  constructor(
    @InjectModel(ERASURE) private readonly model: Model<ErasureDocument>,
    private readonly encrypted: EncryptedFields,
    private readonly personIds: PersonIds,
  ) {}

  /** Stores what is about to be erased, so that it ends even if this process does not. */
  async insert(data: ErasedData): Promise<void> {
    const documents = chunk(data.contactIds, CONTACTS_OF_ONE).map((contactIds) =>
      this.toDocument(new mongoose.mongo.ObjectId().toHexString(), { ...data, contactIds }),
    );
    if (documents.length > 0) await rawCollection(this.model).insertMany(documents);
    else await this.insertWithoutContacts(data);
  }

  /** One for the same visitors and domain, however often it is asked for. */
  private async insertWithoutContacts(data: ErasedData): Promise<void> {
    if (data.guids.length === 0) return;
    const { _id: id, ...document } = this.toDocument(this.personIds.make(data.guids, data.domain), data);
    await rawCollection(this.model).replaceOne({ _id: id }, document, { upsert: true });
  }

  /**
   * Takes the most overdue erasure; undefined when none is due. It is due again after a minute, and after
   * each attempt that fails, twice as late, up to an hour: one that fails, or ends its worker, holds up no
   * other.
   */
  async takeDue(): Promise<Erasure | undefined> {
    const now = databaseNow();
    const attempts = { $ifNull: ['$attempts', 0] };
    const waitMs = { $min: [MAX_LEASE_MS, { $multiply: [FIRST_LEASE_MS, { $pow: [2, attempts] }] }] };
    const document = await rawCollection(this.model).findOneAndUpdate(
      { due_at: { $lte: new Date(now) } },
      [{ $set: { due_at: { $add: [new Date(now), waitMs] }, attempts: { $add: [attempts, 1] } } }],
      { sort: { due_at: 1 } },
    );
    return document === null ? undefined : this.toErasure(document);
  }

  /**
   * Plans the next repetition; the last one where no work is under way any more. Does nothing where the same
   * was asked for again meanwhile, which begins anew.
   */
  async postpone({ id, requestedAt }: Erasure, work: Work, dueAt: Date): Promise<void> {
    const { batches: held, lists } = work;
    const change = { held, lists, is_last: hasEnded(work), due_at: dueAt, attempts: 0 };
    await this.model.updateOne({ _id: id, requested_at: requestedAt }, { $set: change });
  }

  /** Removes it, unless the same was asked for again meanwhile. */
  async remove({ id, requestedAt }: Erasure): Promise<void> {
    await this.model.deleteOne({ _id: id, requested_at: requestedAt });
  }

  /** Returns how long ago the oldest erasure that has not ended was asked for, in ms; 0 without one. */
  async findOldestAgeMs(): Promise<number> {
    const oldest = await this.model.findOne({}, { requested_at: 1 }, { sort: { requested_at: 1 } }).lean();
    return oldest === null ? 0 : Math.max(0, databaseNow() - oldest.requested_at.getTime());
  }

  private toDocument(id: string, { contactIds, domains, guids, domain }: ErasedData): ErasureDocument {
    const now = databaseDate();
    return {
      _id: id,
      contact_ids: contactIds,
      domains,
      visitors: this.encrypted.encrypt(id, new Map(guids.map((guid, index) => [String(index), guid]))),
      domain: domain ?? null,
      held: null,
      lists: null,
      is_last: false,
      requested_at: now,
      due_at: now,
      attempts: 0,
    };
  }

  private toErasure(document: ErasureDocument): Erasure {
    return {
      id: document._id,
      contactIds: document.contact_ids,
      domains: document.domains,
      // Undecryptable only after the key was replaced; then lists of before cannot be sent either.
      guids: [...(this.encrypted.decrypt(document._id, document.visitors)?.values() ?? [])],
      domain: document.domain ?? undefined,
      work: document.held === null ? undefined : { batches: document.held, lists: document.lists ?? [] },
      isLast: document.is_last,
      requestedAt: document.requested_at,
    };
  }
}
