import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { databaseDate, databaseNow } from '../../core/mongo/database-clock.js';
import { rawCollection } from '../../core/mongo/raw-collection.js';
import type { Transaction } from '../../core/mongo/transactions.js';
import { CONTACT_TOTALS, type ContactTotalsDocument } from './contact-totals.schema.js';

/** How many contacts a domain has, and how many of the deleted ones left and have not come back. */
export interface ContactTotals {
  readonly active: number;
  readonly deleted: number;
  readonly unsubscribed: number;
}

/** What is stored of a domain that was counted: `totals` and the days since `from` are its contacts. */
export interface CountedDomain {
  readonly totals: ContactTotals;
  readonly from: Date;
  readonly countedSince: Date;
}

/** When a domain is counted for the first time: at once. */
const AT_ONCE = new Date(0);

@Injectable()
export class ContactTotalsRepository {
  constructor(@InjectModel(CONTACT_TOTALS) private readonly model: Model<ContactTotalsDocument>) {}

  /** Lets domains be counted that were not counted before. */
  async ensure(domains: readonly string[]): Promise<void> {
    if (domains.length === 0) return;
    await rawCollection(this.model).bulkWrite(
      domains.map((domain) => ({
        updateOne: { filter: { _id: domain }, update: { $setOnInsert: { due_at: AT_ONCE } }, upsert: true },
      })),
      { ordered: false },
    );
  }

  /** Finds those of the domains that were counted. */
  async find(domains: readonly string[], transaction?: Transaction): Promise<Map<string, CountedDomain>> {
    const filter = { _id: { $in: [...domains] } };
    const documents = await this.model.find(filter, null, { session: transaction ?? null }).lean();
    return new Map(
      documents.flatMap(({ _id, active = 0, deleted = 0, left = 0, from, counted_since: countedSince }) =>
        from === undefined || countedSince === undefined
          ? []
          : [[_id, { totals: { active, deleted, unsubscribed: left }, from, countedSince }] as const],
      ),
    );
  }

  /** Takes the domain that is overdue the longest; it is due again after `leaseMs`. Undefined without one. */
  async takeDue(leaseMs: number): Promise<string | undefined> {
    const now = databaseNow();
    const taken = await this.model
      .findOneAndUpdate(
        { due_at: { $lte: new Date(now) } },
        { $set: { due_at: new Date(now + leaseMs) } },
        { sort: { due_at: 1 }, projection: { _id: 1 } },
      )
      .lean();
    return taken?._id;
  }

  /** Removes what was counted. */
  async remove(domain: string, transaction: Transaction): Promise<void> {
    await this.model.deleteOne({ _id: domain }, { session: transaction });
  }

  /** Stores what was counted. */
  async save(domain: string, counted: CountedDomain, dueAt: Date, transaction: Transaction): Promise<void> {
    const { totals, from, countedSince } = counted;
    const { active, deleted, unsubscribed: left } = totals;
    const numbers = { active, deleted, left, from, counted_since: countedSince, counted_at: databaseDate() };
    await this.model.updateOne(
      { _id: domain },
      { $set: { ...numbers, due_at: dueAt } },
      { upsert: true, session: transaction },
    );
  }
}
