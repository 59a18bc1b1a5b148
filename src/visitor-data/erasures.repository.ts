import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { databaseDate } from '../core/mongo/database-clock.js';
import { rawCollection } from '../core/mongo/raw-collection.js';
import type { HeldBatch } from '../deliveries/ledger/visitor-batches.js';
import { EncryptedFields } from '../security/encrypted-fields.js';
import { ERASURE, type ErasureDocument } from './erasures.schema.js';

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
  readonly held: readonly HeldBatch[] | undefined;
  readonly isLast: boolean;
}

@Injectable()
export class ErasuresRepository {
  constructor(
    @InjectModel(ERASURE) private readonly model: Model<ErasureDocument>,
    private readonly encrypted: EncryptedFields,
  ) {}

  /** Stores an erasure that is about to begin, so that it ends even if this process does not. */
  async insert({ contactIds, domains, guids, domain }: ErasedData): Promise<void> {
    const id = new mongoose.mongo.ObjectId().toHexString();
    const now = databaseDate();
    await rawCollection(this.model).insertOne({
      _id: id,
      contact_ids: contactIds,
      domains,
      visitors: this.encrypted.encrypt(id, new Map(guids.map((guid, index) => [String(index), guid]))),
      domain: domain ?? null,
      held: null,
      is_last: false,
      requested_at: now,
      due_at: now,
    });
  }

  /** Finds erasures that are due, the most overdue first. */
  async findDue(limit: number): Promise<Erasure[]> {
    const due = await this.model
      .find({ due_at: { $lte: databaseDate() } }, null, { sort: { due_at: 1 }, limit })
      .lean();
    return due.map((document) => ({
      id: document._id,
      contactIds: document.contact_ids,
      domains: document.domains,
      // Undecryptable only after the key was replaced; then lists of before cannot be sent either.
      guids: [...(this.encrypted.decrypt(document._id, document.visitors)?.values() ?? [])],
      domain: document.domain ?? undefined,
      held: document.held ?? undefined,
      isLast: document.is_last,
    }));
  }

  /** Plans the next repetition; the last one where nothing holds it any more. */
  async postpone(id: string, held: readonly HeldBatch[], dueAt: Date): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: { held, is_last: held.length === 0, due_at: dueAt } });
  }

  async remove(id: string): Promise<void> {
    await this.model.deleteOne({ _id: id });
  }
}
