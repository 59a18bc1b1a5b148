import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { databaseDate } from '../core/mongo/database-clock.js';
import type { CombinedWrites } from '../core/mongo/combined-writes.js';
import type { NotificationOptions } from '../core/validation/notification-options.js';
import type { Urgency } from '../core/validation/urgency.js';
import { MESSAGE, type MessageDocument, type StoredAction, toStoredOptions } from './messages.schema.js';
import type { Utm } from './utm.js';

const { ObjectId, UUID } = mongoose.mongo;

/** The content of a message and its delivery options. */
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
  /** Null to send at once. */
  readonly sendAt: Date | null;
  readonly urgency: Urgency | null;
  readonly topic: string | null;
  /** Null for the domain's, if it has one. */
  readonly ratePerMinute: number | null;
  readonly badgeUrl: string | null;
  readonly options: NotificationOptions;
  /** Added to the links that have no campaign parameter. */
  readonly utm: Utm | null;
}

export interface Message extends MessageContent {
  /** A UUID in lower case. */
  readonly messageId: string;
}

@Injectable()
export class MessagesRepository {
  constructor(@InjectModel(MESSAGE) private readonly model: Model<MessageDocument>) {}

  /** Stores a message with all counters at zero. */
  insert({ messageId, ...content }: Message, writes: CombinedWrites): void {
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
      inserted_date: databaseDate(),
      ...(content.actions.length > 0 && { actions: [...content.actions] }),
      ...(content.timeToLiveSeconds !== null && { time_to_live_seconds: content.timeToLiveSeconds }),
      ...(content.sendAt !== null && { send_at: content.sendAt }),
      ...(content.urgency !== null && { urgency: content.urgency }),
      ...(content.topic !== null && { topic: content.topic }),
      ...(content.ratePerMinute !== null && { rate_per_minute: content.ratePerMinute }),
      ...(content.badgeUrl !== null && { badge_url: content.badgeUrl }),
      ...(content.utm !== null && { utm: content.utm }),
      ...toStoredOptions(content.options),
    };
    writes.insert(this.model, [document]);
  }
}
