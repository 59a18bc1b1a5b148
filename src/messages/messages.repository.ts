import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { withoutZeros } from '../core/increments.js';
import type { Transaction } from '../core/transactions.js';
import type { Urgency } from '../core/urgency.js';
import { MESSAGE, type MessageDocument, type StoredAction } from './messages.schema.js';

const { ObjectId, UUID } = mongoose.mongo;

/** What is shown to a visitor, and where it leads. */
interface MessageContent {
  readonly domain: string;
  readonly title: string;
  readonly body: string;
  readonly onClickLink: string | null;
  readonly imageUrl: string | null;
  readonly iconUrl: string | null;
  readonly preferLargeImage: boolean;
  readonly actions: readonly StoredAction[];
  readonly timeToLiveSeconds: number | null;
  /** Null for at once. */
  readonly sendAt: Date | null;
  readonly urgency: Urgency | null;
  readonly topic: string | null;
}

export interface Message extends MessageContent {
  /** A UUID in lower case. */
  readonly messageId: string;
}

/** What a message has brought about so far. */
export interface MessageCounters {
  readonly sent: number;
  readonly delivered: number;
  readonly notDelivered: number;
  readonly billableSends: number;
  readonly received: number;
  readonly clicks: number;
}

/** What is added to a message's counters. */
export interface AddedCounts {
  readonly messageId: string;
  readonly counts: Partial<MessageCounters>;
}

/** A message of some domain in the list of all. */
export interface InsertedMessage extends Pick<MessageCounters, 'sent' | 'delivered' | 'notDelivered'> {
  readonly domain: string;
  readonly insertedDate: Date;
}

@Injectable()
export class MessagesRepository {
  constructor(@InjectModel(MESSAGE) private readonly model: Model<MessageDocument>) {}

  async insert({ messageId, ...content }: Message, transaction?: Transaction): Promise<void> {
    const document: MessageDocument = {
      _id: new ObjectId().toHexString(),
      message_id: new UUID(messageId),
      domain: content.domain,
      title: content.title,
      body: content.body,
      on_click_link: content.onClickLink,
      sent: 0,
      delivered: 0,
      not_delivered: 0,
      billable_sends: 0,
      received: 0,
      clicks: 0,
      image_url: content.imageUrl,
      prefer_large_image: content.preferLargeImage,
      icon_url: content.iconUrl,
      inserted_date: new Date(),
      ...(content.actions.length > 0 && { actions: [...content.actions] }),
      ...(content.timeToLiveSeconds !== null && { time_to_live_seconds: content.timeToLiveSeconds }),
      ...(content.sendAt !== null && { send_at: content.sendAt }),
      ...(content.urgency !== null && { urgency: content.urgency }),
      ...(content.topic !== null && { topic: content.topic }),
    };
    await this.model.collection.insertOne(document as never, { session: transaction });
  }

  async find(messageId: string): Promise<Message | undefined> {
    const document = await this.model.findOne({ message_id: new UUID(messageId) }).lean();
    return document === null ? undefined : toMessage(document);
  }

  /** The counters of the message if it is the domain's and, where bounds are given, was inserted inside of them. */
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

  /** Whose message it is. */
  async findDomain(messageId: string): Promise<string | undefined> {
    const document = await this.model.findOne({ message_id: new UUID(messageId) }, { domain: 1 }).lean();
    return document?.domain;
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

  async addToCounters(added: readonly AddedCounts[], transaction: Transaction): Promise<void> {
    await this.model.collection.bulkWrite(
      added.map(({ messageId, counts }) => ({
        updateOne: {
          filter: { message_id: new UUID(messageId) },
          update: { $inc: withoutZeros(incrementsOf(counts)) },
        },
      })),
      { session: transaction },
    );
  }
}

function incrementsOf(counts: Partial<MessageCounters>): Record<string, number | undefined> {
  return {
    sent: counts.sent,
    delivered: counts.delivered,
    not_delivered: counts.notDelivered,
    billable_sends: counts.billableSends,
    received: counts.received,
    clicks: counts.clicks,
  };
}

function toMessage(document: MessageDocument): Message {
  return {
    messageId: document.message_id.toString(),
    domain: document.domain,
    title: document.title,
    body: document.body,
    onClickLink: document.on_click_link ?? null,
    imageUrl: document.image_url ?? null,
    iconUrl: document.icon_url ?? null,
    preferLargeImage: document.prefer_large_image ?? false,
    actions: document.actions ?? [],
    timeToLiveSeconds: document.time_to_live_seconds ?? null,
    sendAt: document.send_at ?? null,
    urgency: document.urgency ?? null,
    topic: document.topic ?? null,
  };
}

function toCounters(document: MessageDocument): MessageCounters {
  return {
    sent: document.sent,
    delivered: document.delivered,
    notDelivered: document.not_delivered,
    billableSends: document.billable_sends ?? 0,
    received: document.received ?? 0,
    clicks: document.clicks ?? 0,
  };
}
