import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { AppError } from '../core/errors/errors.js';
import { type MessageSummary, readText, toSummary } from './message-summary.js';
import type { Message } from './messages.repository.js';
import { fromStoredOptions, MESSAGE, type MessageDocument, type StoredAction } from './messages.schema.js';

const { UUID } = mongoose.mongo;

/** What of a message never changes and is needed for each click. */
export interface TrackedMessage {
  readonly domain: string;
  readonly actionNames: ReadonlySet<string>;
}

/** All that was asked for with a message, and its counters. */
export type StoredMessage = Message & MessageSummary;

/** Reads messages as they were stored. */
@Injectable()
export class MessagesReader {
  constructor(@InjectModel(MESSAGE) private readonly model: Model<MessageDocument>) {}

  async find(messageId: string): Promise<Message | undefined> {
    const document = await this.model.findOne({ message_id: new UUID(messageId) }).lean();
    return document === null ? undefined : toMessage(document);
  }

  /** Throws `resource_not_found` for a message that was never stored. */
  async get(messageId: string): Promise<Message> {
    const message = await this.find(messageId);
    if (message === undefined) throw unknownMessage();
    return message;
  }

  /** As `get`, with when it was stored and its counters. */
  async getWithCounters(messageId: string): Promise<StoredMessage> {
    const document = await this.model.findOne({ message_id: new UUID(messageId) }).lean();
    if (document === null) throw unknownMessage();
    return { ...toMessage(document), ...toSummary(document) };
  }

  /** Finds the titles of messages of the domain, by message id. */
  async findTitles(domain: string, messageIds: readonly string[]): Promise<Map<string, string>> {
    const filter = { message_id: { $in: messageIds.map((id) => new UUID(id)) }, domain };
    const documents = await this.model.find(filter, { message_id: 1, title: 1 }).lean();
    return new Map(documents.map(({ message_id: id, title }) => [id.toString(), title]));
  }

  /** The domain of a message. */
  async findDomain(messageId: string): Promise<string | undefined> {
    const document = await this.model.findOne({ message_id: new UUID(messageId) }, { domain: 1 }).lean();
    return document?.domain;
  }

  /** What a click or a receipt is checked by; undefined also for a message whose domain is no text. */
  async findTracked(messageId: string): Promise<TrackedMessage | undefined> {
    const projection = { domain: 1, actions: 1 } as const;
    const document = await this.model.findOne({ message_id: new UUID(messageId) }, projection).lean();
    const domain = readText(document?.domain);
    if (domain === null) return undefined;
    return { domain, actionNames: new Set(readActions(document?.actions).map(({ action }) => action)) };
  }
}

function unknownMessage(): AppError {
  return new AppError('resource_not_found', 'There is no message of this id.');
}

/** Another writer's document may have anything here: what is no action with a name is left out. */
function readActions(stored: unknown): StoredAction[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((item: unknown) => {
    const { action, title, icon, link } = (item ?? {}) as Readonly<Partial<Record<keyof StoredAction, unknown>>>;
    if (typeof action !== 'string') return [];
    return [{ action, title: readText(title) ?? '', icon: readText(icon), link: readText(link) }];
  });
}

function toMessage(document: MessageDocument): Message {
  return {
    messageId: document.message_id.toString(),
    domain: document.domain,
    title: document.title,
    body: document.body,
    onClickLink: readText(document.on_click_link),
    imageUrl: readText(document.image_url),
    iconUrl: readText(document.icon_url),
    preferLargeImage: document.prefer_large_image ?? false,
    actions: readActions(document.actions),
    timeToLiveSeconds: document.time_to_live_seconds ?? null,
    sendAt: document.send_at ?? null,
    urgency: document.urgency ?? null,
    topic: document.topic ?? null,
    ratePerMinute: document.rate_per_minute ?? null,
    badgeUrl: document.badge_url ?? null,
    options: fromStoredOptions(document),
    utm: document.utm ?? null,
  };
}
