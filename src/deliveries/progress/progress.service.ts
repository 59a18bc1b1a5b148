import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AppError } from '../../core/errors/errors.js';
import { MessageCountersRepository } from '../../messages/message-counters.repository.js';
import { MessagesReader } from '../../messages/messages.reader.js';
import { DeliveriesReader, type DeliveriesOfMessage } from '../ledger/deliveries.reader.js';
import { WaitingBatchesReader } from '../ledger/waiting-batches.reader.js';
import type { ProgressResponse, WaitReasonResponse } from './progress.dto.js';

/** How often `watch` reads the progress. */
const WATCH_MS = 1_000;

/** Reads the progress of a message's deliveries, once or repeatedly. */
@Injectable()
export class ProgressService implements OnModuleDestroy {
  private isEnding = false;

  constructor(
    private readonly messages: MessagesReader,
    private readonly counters: MessageCountersRepository,
    private readonly deliveries: DeliveriesReader,
    private readonly waitingBatches: WaitingBatchesReader,
  ) {}

  /**
   * Returns the sum of the message's deliveries. Deliveries to single visitors are included until a week
   * after their end. Throws `resource_not_found` for an unknown message and for one that was not sent.
   */
  async get(messageId: string): Promise<ProgressResponse> {
    const { messageId: id, domain } = await this.messages.get(messageId);
    const [sum, dismissed] = await Promise.all([this.deliveries.sumOfMessage(id), this.counters.findDismissed(id)]);
    if (sum === undefined) throw new AppError('resource_not_found', 'This message has not been sent.');
    const { planned, delivered, notDelivered, wrongKey, startedAt, finishedAt } = sum;
    return {
      messageId: id,
      domain,
      state: toState(sum),
      planned,
      delivered,
      notDelivered,
      pending: planned - delivered - notDelivered,
      ...(wrongKey > 0 && { wrongKey }),
      startedAt,
      finishedAt,
      ...(dismissed > 0 && { dismissed }),
      ...(finishedAt === null && (await this.describeWait(id, sum))),
    };
  }

  /** What pending contacts wait for: most have not been tried yet, or are being sent to now. */
  private async describeWait(
    messageId: string,
    { planned, delivered, notDelivered, scheduled, scheduledAt }: DeliveriesOfMessage,
  ): Promise<Pick<ProgressResponse, 'sendAt' | 'waitingFor' | 'nextAttemptAt'>> {
    const waiting = await this.waitingBatches.find(await this.deliveries.findUnended(messageId));
    const failed = waiting.reasons.map(({ service, code, ...rest }) => ({
      pushService: service,
      ...rest,
      reason: code,
    }));
    const known = failed.reduce((sum, { contacts }) => sum + contacts, scheduled);
    const queued = planned - delivered - notDelivered - known;
    const times = [waiting.nextAttemptAt, scheduledAt].filter((time) => time !== null);
    return {
      ...(scheduledAt !== null && { sendAt: scheduledAt }),
      waitingFor: [
        ...failed,
        ...(scheduledAt === null ? [] : [waitFor('scheduled', scheduled)]),
        ...(queued > 0 ? [waitFor('queued', queued)] : []),
      ],
      nextAttemptAt: times.length === 0 ? null : new Date(Math.min(...times.map((time) => time.getTime()))),
    };
  }

  /**
   * Nest calls this before it waits for open responses. It ends all `watch` streams, which delay the
   * shutdown.
   */
  onModuleDestroy(): void {
    this.isEnding = true;
  }

  /**
   * Yields the progress at once and then each second: the new progress when it has changed, else undefined.
   * Ends when all deliveries have finished or the process shuts down. Throws what `get` throws.
   */
  async *watch(messageId: string): AsyncGenerator<ProgressResponse | undefined> {
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

function waitFor(reason: 'scheduled' | 'queued', contacts: number): WaitReasonResponse {
  return { pushService: null, status: null, reason, contacts };
}

/** Returns the first of these states that one of the deliveries has. */
function toState({ states }: DeliveriesOfMessage): ProgressResponse['state'] {
  const order = ['planning', 'sending', 'scheduled', 'cancelled', 'done'] as const;
  return order.find((state) => states.includes(state)) ?? 'done';
}
