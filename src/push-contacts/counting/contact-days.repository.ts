import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { nonZero } from '../../core/mongo/increments.js';
import { rawCollection } from '../../core/mongo/raw-collection.js';
import type { Transaction } from '../../core/mongo/transactions.js';
import type { ContactChanges } from './contact-changes.js';
import { CONTACT_DAY, type ContactDayDocument } from './contact-days.schema.js';

/** The lane of corrections, which only recounts write. */
const CORRECTIONS = -1;

const NUMBERS = [
  'registered',
  'returned',
  'pruned',
  'unsubscribed',
  'erased',
  'active',
  'deleted',
  'left',
  'corrected',
];

/** The sums of a day over its lanes. */
export type ContactDay = Readonly<Required<Omit<ContactDayDocument, 'lane'>>>;

@Injectable()
export class ContactDaysRepository {
  constructor(@InjectModel(CONTACT_DAY) private readonly model: Model<ContactDayDocument>) {}

  /** Adds changes to a day. Rejects with a duplicate key when somebody makes a day's document meanwhile. */
  async add(changes: ContactChanges, { date, lane }: DayLane, transaction: Transaction): Promise<void> {
    const updates = [...changes.byDomain].map(([domain, numbers]) => ({
      updateOne: { filter: { domain, date, lane }, update: { $inc: nonZero(numbers) }, upsert: true },
    }));
    if (updates.length > 0) await rawCollection(this.model).bulkWrite(updates, { session: transaction });
  }

  /** Adds what a recount found to a day's corrections. */
  async addCorrection(domain: string, date: Date, active: number, transaction: Transaction): Promise<void> {
    await rawCollection(this.model).updateOne(
      { domain, date, lane: CORRECTIONS },
      { $inc: { corrected: active } },
      { upsert: true, session: transaction },
    );
  }

  /** Whether a day of the domain has a change. */
  async hasAny(domain: string, transaction: Transaction): Promise<boolean> {
    return (await this.model.exists({ domain }).session(transaction)) !== null;
  }

  /** Sums the days of these domains from `from` on, each over its lanes. */
  async sumSince(domains: readonly string[], from: Date, transaction?: Transaction): Promise<ContactDay[]> {
    const days = await this.model
      .aggregate<Omit<ContactDay, 'domain' | 'date'> & { _id: { domain: string; date: Date } }>([
        { $match: { domain: { $in: [...domains] }, date: { $gte: from } } },
        {
          $group: {
            _id: { domain: '$domain', date: '$date' },
            ...Object.fromEntries(NUMBERS.map((name) => [name, { $sum: `$${name}` }])),
          },
        },
      ])
      .hint({ domain: 1, date: 1, lane: 1 })
      .session(transaction ?? null);
    return days.map(({ _id: { domain, date }, ...numbers }) => ({ ...numbers, domain, date }));
  }
}

/** The day and the lane that changes are added to. */
export interface DayLane {
  readonly date: Date;
  readonly lane: number;
}
