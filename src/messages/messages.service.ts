import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { readNotificationOptions } from '../core/validation/notification-options.js';
import type { CombinedWrites } from '../core/mongo/combined-writes.js';
import { toStoredLink } from './message-link.js';
import type { MessageRequest } from './messages.dto.js';
import { type Message, MessagesRepository } from './messages.repository.js';
import { nameOfAction } from './action-names.js';
import { assertFitsPayload, assertSendableLinks } from './message-limits.js';
import type { StoredAction } from './messages.schema.js';
import { readUtm } from './utm.js';

/** A message that is not stored yet. */
export interface NewMessage {
  readonly messageId: string;
  readonly insert: (writes: CombinedWrites) => void;
}

/** Stores messages. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly config: Config,
  ) {}

  /**
   * Builds a message of the domain to be inserted with all counters at zero. Throws as `build`.
   */
  prepare(domain: string, request: MessageRequest): NewMessage {
    const message = this.build(domain, request);
    return {
      messageId: message.messageId,
      insert: (writes) => {
        this.messages.insert(message, writes);
      },
    };
  }

  /**
   * Builds a message of the domain with a new id, and does not store it. An action without name or title
   * gets `action` or `title` with its number, from 1. Throws `validation_failed` for links that are too long
   * with their campaign parameters, and for data that cannot fit beside the links and tracking links.
   */
  build(domain: string, request: MessageRequest): Message {
    const message: Message = {
      messageId: randomUUID(),
      domain,
      title: request.title,
      body: request.body,
      onClickLink: toStoredLink(request.onClickLink),
      imageUrl: toStoredLink(request.imageUrl),
      iconUrl: toStoredLink(request.iconUrl),
      preferLargeImage: request.preferLargeImage ?? false,
      actions: (request.actions ?? []).map(withDefaults),
      timeToLiveSeconds: request.timeToLiveSeconds ?? null,
      sendAt: request.sendAt ?? null,
      urgency: request.urgency ?? null,
      topic: request.topic ?? null,
      ratePerMinute: request.ratePerMinute ?? null,
      badgeUrl: toStoredLink(request.badgeUrl),
      options: readNotificationOptions(request),
      utm: readUtm(request.utm),
    };
    assertSendableLinks(message);
    assertFitsPayload(message, this.config.publicUrl);
    return message;
  }
}

function withDefaults(action: NonNullable<MessageRequest['actions']>[number], index: number): StoredAction {
  return {
    action: nameOfAction(action, index),
    title: action.title?.trim() ? action.title : `title${index + 1}`,
    icon: toStoredLink(action.icon),
    link: toStoredLink(action.link),
  };
}
