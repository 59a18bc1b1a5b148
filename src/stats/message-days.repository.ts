import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import type { CombinedWrites } from '../core/mongo/combined-writes.js';
import { rawCollection } from '../core/mongo/raw-collection.js';
import type { Transaction } from '../core/mongo/transactions.js';
import { MESSAGE_DAYS, type MessageDaysDocument } from './message-days.schema.js';
import { type Days, packDays, unpackDays } from './packed-days.js';

const { Binary, UUID } = mongoose.mongo;

/** A message of a domain: hourly counters of one id may be of several domains. */
export interface CountedMessage {
  readonly domain: string;
  readonly messageId: string;
}

/** The days of a message that are over. */
export interface RolledUpDays {
  readonly messageId: string;
  /** See `packDays`. */
  readonly packed: Uint8Array;
  /** From this day on its days are in its hours alone; undefined for none. */
  readonly staleFrom: Date | undefined;
}

/** Documents in one response of MongoDB: those of a report, up to its limit of 16 MB. */
const READ_AT_ONCE = 1_000;

const BY_MESSAGE = { domain: 1, message_id: 1 } as const;

/** The counters of days that are over. */
@Injectable()
export class MessageDaysRepository {
  constructor(@InjectModel(MESSAGE_DAYS) private readonly model: Model<MessageDaysDocument>) {}

  /** Finds the days of messages of the domain. */
  async find(domain: string, messageIds: readonly string[]): Promise<RolledUpDays[]> {
    const ofMessages = { message_id: { $in: messageIds.map((id) => new UUID(id)) } };
    const options = { hint: BY_MESSAGE, batchSize: READ_AT_ONCE };
    const documents = await rawCollection(this.model)
      .find({ domain, ...ofMessages }, options)
      .toArray();
    return documents.map(toRolledUp);
  }

  /** The days of a message, which may be changed; undefined when none was rolled up. */
  async findOne({ domain, messageId }: CountedMessage, transaction: Transaction): Promise<ReadableDays | undefined> {
    const document = await rawCollection(this.model).findOne(toKey({ domain, messageId }), { session: transaction });
    if (document === null) return undefined;
    const { packed, staleFrom } = toRolledUp(document);
    return { days: unpackDays(packed), staleFrom };
  }

  /** Creates what `markStale` and `save` change, before their transactions; kept as a day that ends then. */
  async ensure(messages: readonly CountedMessage[], endsAt: Date): Promise<void> {
    if (messages.length === 0) return;
    // Also of a document that is there: it must not expire before it is changed.
    const change = { $setOnInsert: { days: new Binary(new Uint8Array()) }, $max: { ends_at: endsAt } };
    await rawCollection(this.model).bulkWrite(
      messages.map((message) => ({
        updateOne: { filter: toKey(message), update: change, upsert: true },
      })),
      { ordered: false },
    );
  }

  /** Stores the days of a message; none of them is stale. */
  async save(message: CountedMessage, days: Days, transaction: Transaction): Promise<void> {
    await rawCollection(this.model).updateOne(
      toKey(message),
      { $set: { days: new Binary(packDays(days)) }, $unset: { stale_from: 1 } },
      { session: transaction },
    );
  }

  /**
   * Lets reports read the hours of the message from the day on, until it is rolled up again. It always
   * changes the document, also one that is stale already, so that a roll-up which has read the hours before
   * conflicts with it.
   */
  markStale(message: CountedMessage, day: Date, writes: CombinedWrites): void {
    const change = { $min: { stale_from: day }, $inc: { late_counts: 1 } };
    writes.update(this.model, { filter: toKey(message), change });
  }

  /** Finds messages with stale days, at most `limit`. */
  async findStale(limit: number): Promise<CountedMessage[]> {
    const documents = await this.model
      .find({ stale_from: { $exists: true } }, { domain: 1, message_id: 1 }, { limit })
      .hint({ stale_from: 1 })
      .lean();
    return documents.map(({ domain, message_id: id }) => ({ domain, messageId: id.toString() }));
  }
}

/** The unpacked days of a message. */
interface ReadableDays {
  readonly days: Days;
  readonly staleFrom: Date | undefined;
}

function toRolledUp({ message_id: id, days, stale_from: staleFrom }: MessageDaysDocument): RolledUpDays {
  return { messageId: id.toString(), packed: days.value(), staleFrom };
}

function toKey({ domain, messageId }: CountedMessage): Pick<MessageDaysDocument, 'domain' | 'message_id'> {
  return { domain, message_id: new UUID(messageId) };
}
