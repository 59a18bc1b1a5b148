import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../core/transactions.js';
import type { MessageRequest } from './messages.dto.js';
import { type InsertedMessage, type Message, type MessageCounters, MessagesRepository } from './messages.repository.js';
import type { StoredAction } from './messages.schema.js';

/** Stores messages and reads them back. */
@Injectable()
export class MessagesService {
  constructor(private readonly messages: MessagesRepository) {}

  /** Stores a message of the domain, with all counters at zero, and answers its id. */
  async create(domain: string, request: MessageRequest, transaction?: Transaction): Promise<string> {
    const messageId = randomUUID();
    await this.messages.insert(
      {
        messageId,
        domain,
        title: request.title,
        body: request.body,
        onClickLink: orNull(request.onClickLink),
        imageUrl: orNull(request.imageUrl),
        iconUrl: orNull(request.iconUrl),
        preferLargeImage: request.preferLargeImage ?? false,
        actions: (request.actions ?? []).map(withDefaults),
      },
      transaction,
    );
    return messageId;
  }

  find(messageId: string): Promise<Message | undefined> {
    return this.messages.find(messageId);
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

  addToCounters(messageId: string, added: Partial<MessageCounters>, transaction: Transaction): Promise<void> {
    return this.messages.addToCounters(messageId, added, transaction);
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
