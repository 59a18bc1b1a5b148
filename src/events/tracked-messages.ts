import { Injectable } from '@nestjs/common';
import { MessagesReader, type TrackedMessage } from '../messages/messages.reader.js';

/** Messages that are cached. */
const MESSAGES_KEPT = 10_000;

/** Caches what clicks and receipts are checked by, which never changes. An unknown message may come later. */
@Injectable()
export class TrackedMessages {
  private readonly kept = new Map<string, TrackedMessage>();
  /** What concurrent requests of a message wait for together. */
  private readonly lookUps = new Map<string, Promise<TrackedMessage | undefined>>();

  constructor(private readonly messages: MessagesReader) {}

  /** Returns a message that is cached. */
  findKept(messageId: string): TrackedMessage | undefined {
    return this.kept.get(messageId);
  }

  async find(messageId: string): Promise<TrackedMessage | undefined> {
    const known = this.kept.get(messageId) ?? this.lookUps.get(messageId);
    if (known !== undefined) return known;
    const lookUp = this.lookUp(messageId);
    this.lookUps.set(messageId, lookUp);
    try {
      return await lookUp;
    } finally {
      this.lookUps.delete(messageId);
    }
  }

  private async lookUp(messageId: string): Promise<TrackedMessage | undefined> {
    const message = await this.messages.findTracked(messageId);
    if (message === undefined) return undefined;
    if (this.kept.size >= MESSAGES_KEPT) this.kept.clear();
    this.kept.set(messageId, message);
    return message;
  }
}
