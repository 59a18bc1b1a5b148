import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { rawCollection } from '../core/mongo/raw-collection.js';
import type { Transaction } from '../core/mongo/transactions.js';
import type { CountedMessage } from './message-days.repository.js';
import { DAY_COUNTERS, type DayRange, dayOf, type Days, startOf } from './packed-days.js';
import { MESSAGE_STATS, type MessageStatsDocument } from './stats.schema.js';

const { UUID } = mongoose.mongo;

const INDEX = { domain: 1, message_id: 1, date: 1 } as const;

/** MongoDB compares binary values by length, then by subtype: between these are UUIDs alone. */
const FIRST_UUID = new UUID('00000000-0000-0000-0000-000000000000');
const LAST_UUID = new UUID('ffffffff-ffff-ffff-ffff-ffffffffffff');

type SummedDay = { readonly _id: Date } & Readonly<Record<(typeof DAY_COUNTERS)[number], number>>;

/** What the roll-up reads of hours. */
@Injectable()
export class MessageHoursRepository {
  constructor(@InjectModel(MESSAGE_STATS) private readonly model: Model<MessageStatsDocument>) {}

  /**
   * Finds the next message that has hours, by domain and id; undefined after the last one. No report reads
   * what another writer has stored with a domain that is no text or an id that is no UUID: it is passed over,
   * since comparisons, which stay within a type, would end the walk there.
   */
  async findMessageAfter(after: CountedMessage | null): Promise<CountedMessage | undefined> {
    const anyId = { $gte: FIRST_UUID, $lte: LAST_UUID };
    if (after === null) return this.findFirst({ domain: { $gte: '' }, message_id: anyId });
    const { domain, messageId } = after;
    const ofDomain = await this.findFirst({ domain, message_id: { $gt: new UUID(messageId), $lte: LAST_UUID } });
    return ofDomain ?? this.findFirst({ domain: { $gt: domain }, message_id: anyId });
  }

  private async findFirst(filter: object): Promise<CountedMessage | undefined> {
    const projection = { _id: 0, domain: 1, message_id: 1 } as const;
    // Mongoose casts no comparison of UUIDs.
    const first = await rawCollection(this.model).findOne(filter, { projection, sort: INDEX, hint: INDEX });
    return first === null ? undefined : { domain: first.domain, messageId: first.message_id.toString() };
  }

  /** Whether the message has an hour that begins in `[from, to)`. */
  async hasAny(message: CountedMessage, { from, to }: { readonly from: Date; readonly to: Date }): Promise<boolean> {
    const filter = { ...toKey(message), date: { $gte: from, $lt: to } };
    return (await this.model.findOne(filter, { _id: 0, date: 1 }).hint(INDEX).lean()) !== null;
  }

  /** Sums the hours of the message by day; a counter that a document lacks counts as zero. */
  async sumByDay(message: CountedMessage, { from, to }: DayRange, transaction: Transaction): Promise<Days> {
    const sums = Object.fromEntries(DAY_COUNTERS.map((name) => [name, { $sum: `$${name}` }]));
    const days = await this.model
      .aggregate<SummedDay>([
        { $match: { ...toKey(message), date: { $gte: startOf(from), $lt: startOf(to) } } },
        { $group: { _id: { $dateTrunc: { date: '$date', unit: 'day' } }, ...sums } },
      ])
      .hint(INDEX)
      .session(transaction);
    return new Map(days.map((day) => [dayOf(day._id), DAY_COUNTERS.map((name) => day[name])]));
  }
}

function toKey({ domain, messageId }: CountedMessage): Pick<MessageStatsDocument, 'domain' | 'message_id'> {
  return { domain, message_id: new UUID(messageId) };
}
