import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { nonZero } from '../core/mongo/increments.js';
import type { CombinedWrites } from '../core/mongo/combined-writes.js';
import { MESSAGE, type MessageDocument } from './messages.schema.js';
import { type CountedOutcome, type OutcomeCounts, readOutcomes } from './outcome-counts.js';

const { UUID } = mongoose.mongo;

/** The counters of a message since it was created. */
export interface MessageCounters {
  readonly sent: number;
  readonly delivered: number;
  readonly notDelivered: number;
  readonly billableSends: number;
  /** Those of `notDelivered` that a push service refused for the VAPID key. */
  readonly wrongKey: number;
  readonly received: number;
  readonly clicks: number;
}

/** The outcomes of a message, with counters that also have those whose push service is not known. */
export interface MessageOutcomes extends Pick<MessageCounters, 'delivered' | 'notDelivered'> {
  readonly outcomes: readonly CountedOutcome[];
}

/** Numbers to add to the counters of a message; no report has its dismissals. */
export interface AddedCounts {
  readonly messageId: string;
  readonly counts: Partial<MessageCounters & { readonly dismissed: number; readonly outcomes: OutcomeCounts }>;
}

/** An item of the list of all domains' messages. */
export interface InsertedMessage extends Pick<MessageCounters, 'sent' | 'delivered' | 'notDelivered'> {
  readonly domain: string;
  readonly insertedDate: Date;
}

/** The counters in the messages' own documents. */
@Injectable()
export class MessageCountersRepository {
  constructor(@InjectModel(MESSAGE) private readonly model: Model<MessageDocument>) {}

  /** How many notifications of a message visitors have closed without a click. */
  async findDismissed(messageId: string): Promise<number> {
    const document = await this.model.findOne({ message_id: new UUID(messageId) }, { dismissed: 1 }).lean();
    return document?.dismissed ?? 0;
  }

  /** The outcomes of a message's contacts, and the sums that they are a part of, at one moment. */
  async findOutcomes(messageId: string): Promise<MessageOutcomes> {
    const projection = { delivered: 1, not_delivered: 1, outcomes: 1 } as const;
    const document = await this.model.findOne({ message_id: new UUID(messageId) }, projection).lean();
    return {
      delivered: document?.delivered ?? 0,
      notDelivered: document?.not_delivered ?? 0,
      outcomes: readOutcomes(document?.outcomes),
    };
  }

  /** Finds the counters of a message of the domain; with bounds, only one inserted within them. */
  async findCounters(
    domain: string,
    messageId: string,
    inserted?: { readonly from: Date; readonly to: Date },
  ): Promise<MessageCounters | undefined> {
    const document = await this.model
      .findOne({
        domain,
        message_id: new UUID(messageId),
        ...(inserted && { inserted_date: { $gte: inserted.from, $lte: inserted.to } }),
      })
      .hint({ domain: 1, message_id: 1 })
      .lean();
    return document === null ? undefined : toCounters(document);
  }

  /** The messages of all domains that were inserted in `[from, to)`, the oldest first. */
  async findInserted(
    { from, to }: { readonly from?: Date; readonly to?: Date },
    { skip, limit }: { readonly skip: number; readonly limit: number },
  ): Promise<InsertedMessage[]> {
    const bounds = { ...(from && { $gte: from }), ...(to && { $lt: to }) };
    const documents = await this.model
      .find(Object.keys(bounds).length > 0 ? { inserted_date: bounds } : {}, {
        domain: 1,
        sent: 1,
        delivered: 1,
        not_delivered: 1,
        inserted_date: 1,
      })
      .sort({ inserted_date: 1, _id: 1 })
      .skip(skip)
      .limit(limit)
      .hint({ inserted_date: 1, _id: 1 })
      .lean();
    return documents.map((document) => ({
      domain: document.domain,
      sent: document.sent,
      delivered: document.delivered,
      notDelivered: document.not_delivered,
      insertedDate: document.inserted_date,
    }));
  }

  /** Increments the counters of messages; an unknown message is ignored. */
  addToCounters(added: readonly AddedCounts[], writes: CombinedWrites): void {
    for (const { messageId, counts } of added) {
      const filter = { message_id: new UUID(messageId) };
      writes.update(this.model, { filter, change: { $inc: nonZero(toIncrements(counts)) } });
    }
  }
}

function toIncrements(counts: AddedCounts['counts']): Record<string, number | undefined> {
  return {
    sent: counts.sent,
    delivered: counts.delivered,
    not_delivered: counts.notDelivered,
    billable_sends: counts.billableSends,
    wrong_key: counts.wrongKey,
    received: counts.received,
    clicks: counts.clicks,
    dismissed: counts.dismissed,
    ...toOutcomeIncrements(counts.outcomes),
  };
}

function toOutcomeIncrements(outcomes: OutcomeCounts = {}): Record<string, number> {
  return Object.fromEntries(Object.entries(outcomes).map(([key, contacts]) => [`outcomes.${key}`, contacts]));
}

function toCounters(document: MessageDocument): MessageCounters {
  return {
    sent: document.sent,
    delivered: document.delivered,
    notDelivered: document.not_delivered,
    billableSends: document.billable_sends ?? 0,
    wrongKey: document.wrong_key ?? 0,
    received: document.received ?? 0,
    clicks: document.clicks ?? 0,
  };
}
