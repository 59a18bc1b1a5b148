import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError } from '../core/errors.js';
import type { Transaction } from '../core/transactions.js';
import type { MessageRequest } from './messages.dto.js';
import {
  type AddedCounts,
  type InsertedMessage,
  type Message,
  type MessageCounters,
  MessagesRepository,
} from './messages.repository.js';
import type { StoredAction } from './messages.schema.js';

/** Stores messages and reads them back. */
@Injectable()
export class MessagesService {
  constructor(private readonly messages: MessagesRepository) {}

  /** Stores a message of the domain, with all counters at zero, and answers it. */
  async create(domain: string, request: MessageRequest, transaction: Transaction): Promise<Message> {
    const message: Message = {
      messageId: randomUUID(),
      domain,
      title: request.title,
      body: request.body,
      onClickLink: orNull(request.onClickLink),
      imageUrl: orNull(request.imageUrl),
      iconUrl: orNull(request.iconUrl),
      preferLargeImage: request.preferLargeImage ?? false,
      actions: (request.actions ?? []).map(withDefaults),
      timeToLiveSeconds: request.timeToLiveSeconds ?? null,
      sendAt: request.sendAt ?? null,
      urgency: request.urgency ?? null,
      topic: request.topic ?? null,
    };
    await this.messages.insert(message, transaction);
    return message;
  }

  find(messageId: string): Promise<Message | undefined> {
    return this.messages.find(messageId);
  }

  /** Throws `resource_not_found` for a message that was never stored. */
  async get(messageId: string): Promise<Message> {
    const message = await this.messages.find(messageId);
    if (message === undefined) throw new AppError('resource_not_found', 'There is no message of this id.');
    return message;
  }

  findDomain(messageId: string): Promise<string | undefined> {
    return this.messages.findDomain(messageId);
  }

  /** The counters of the message if it is the domain's and, where bounds are given, was inserted inside of them. */
  findCounters(
    domain: string,
    messageId: string,
    inserted?: { readonly from: Date; readonly to: Date },
  ): Promise<MessageCounters | undefined> {
    return this.messages.findCounters(domain, messageId, inserted);
  }

  /** The messages of all domains that were inserted in `[from, to)`, the oldest first. */
  findInserted(
    inserted: { readonly from?: Date; readonly to?: Date },
    slice: { readonly skip: number; readonly limit: number },
  ): Promise<InsertedMessage[]> {
    return this.messages.findInserted(inserted, slice);
  }

  addToCounters(added: readonly AddedCounts[], transaction: Transaction): Promise<void> {
    return this.messages.addToCounters(added, transaction);
  }
}

function withDefaults(action: NonNullable<MessageRequest['actions']>[number], index: number): StoredAction {
  return {
    action: action.action?.trim() ? action.action : `action${index + 1}`,
    title: action.title?.trim() ? action.title : `title${index + 1}`,
    icon: action.icon ?? null,
    link: action.link ?? null,
  };
}

/** An empty link is no link. */
function orNull(link: string | null | undefined): string | null {
  return link === undefined || link === '' ? null : link;
}
