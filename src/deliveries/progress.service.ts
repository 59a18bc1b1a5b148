import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AppError } from '../core/errors.js';
import { MessagesService } from '../messages/messages.service.js';
import { DeliveriesRepository, type DeliveriesOfMessage } from './deliveries.repository.js';
import type { ProgressAnswer } from './progress.dto.js';

/** How often a progress that is watched is read. */
const WATCH_MS = 1_000;

/** Tells how far the sending of a message has come. */
@Injectable()
export class ProgressService implements OnModuleDestroy {
  private isEnding = false;

  constructor(
    private readonly messages: MessagesService,
    private readonly deliveries: DeliveriesRepository,
  ) {}

  /**
   * The message's deliveries as one; those to single visitors count for a week after their end.
   * Throws `resource_not_found` for an unknown message and for one that was not sent.
   */
  async get(messageId: string): Promise<ProgressAnswer> {
    const { messageId: id, domain } = await this.messages.get(messageId);
    const sum = await this.deliveries.sumOfMessage(id);
    if (sum === undefined) throw new AppError('resource_not_found', 'This message has not been sent.');
    const { planned, delivered, notDelivered, startedAt, finishedAt } = sum;
    return {
      messageId: id,
      domain,
      state: stateOf(sum),
      planned,
      delivered,
      notDelivered,
      pending: planned - delivered - notDelivered,
      startedAt,
      finishedAt,
    };
  }

  /** Nest calls it before it waits for open answers: those who watch must not hold the process up. */
  onModuleDestroy(): void {
    this.isEnding = true;
  }

  /** The progress now and whenever it has changed, else undefined each second, until the sending or this process has ended. */
  async *watch(messageId: string): AsyncGenerator<ProgressAnswer | undefined> {
    let last = '';
    while (!this.isEnding) {
      const progress = await this.get(messageId);
      const text = JSON.stringify(progress);
      yield text === last ? undefined : progress;
      last = text;
      if (progress.finishedAt !== null) return;
      await sleep(WATCH_MS, undefined, { ref: false });
    }
  }
}

/** The state of the one that has come least far. */
function stateOf({ states }: DeliveriesOfMessage): ProgressAnswer['state'] {
  const order = ['planning', 'sending', 'cancelled', 'done'] as const;
  return order.find((state) => states.includes(state)) ?? 'done';
}
