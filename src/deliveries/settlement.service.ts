import { Injectable } from '@nestjs/common';
import { type Transaction, Transactions } from '../core/transactions.js';
import type { SendEvent } from '../events/events.repository.js';
import { settledContacts } from '../health/metrics.js';
import type { RefusedContact } from '../push-contacts/push-contacts.repository.js';
import { PushContactsService } from '../push-contacts/push-contacts.service.js';
import type { HourOfMessage, SendCounts } from '../stats/stats.repository.js';
import { StatsService } from '../stats/stats.service.js';
import { BatchesRepository, type Batch } from './batches.repository.js';
import { DeliveriesRepository, type Settled } from './deliveries.repository.js';
import { countEvents } from './outcome.js';

/** What is to be recorded of a batch that was sent; its events are written already. */
export interface SentBatch {
  readonly batch: Batch;
  readonly date: Date;
  readonly events: readonly SendEvent[];
  readonly gone: readonly RefusedContact[];
  /** Contacts to be tried again, as a batch of their own. */
  readonly retry: Batch | undefined;
  readonly retryAt: Date;
}

interface Waiting {
  readonly sent: SentBatch;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Batches in one transaction: more would make it long. */
const FOLD = 8;

/**
 * Records sent batches exactly once: the ledger's step to done, the counters, pruning and the batch to retry in one
 * transaction. Batches that end while another transaction is under way are folded into the next, since all of a message
 * increment the same documents and would collide.
 */
@Injectable()
export class SettlementService {
  private readonly waiting: Waiting[] = [];
  private isRunning = false;

  constructor(
    private readonly transactions: Transactions,
    private readonly batches: BatchesRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly stats: StatsService,
    private readonly pushContacts: PushContactsService,
  ) {}

  /** Resolves when the batch is recorded, also when another worker had recorded it. */
  settle(sent: SentBatch): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ sent, resolve, reject });
      if (!this.isRunning) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.waiting.length > 0) {
      const folded = this.waiting.splice(0, FOLD);
      await this.record(folded.map(({ sent }) => sent)).then(
        () => {
          for (const { resolve } of folded) resolve();
        },
        (error: unknown) => {
          for (const { reject } of folded) reject(error);
        },
      );
    }
    this.isRunning = false;
  }

  private async record(sent: readonly SentBatch[]): Promise<void> {
    for (const hour of uniqueHours(sent)) await this.stats.ensure(hour);
    const recorded = await this.transactions.run((transaction) => this.write(sent, transaction));
    for (const { delivered, notDelivered } of recorded.map(({ events }) => countEvents(events))) {
      settledContacts.inc({ outcome: 'delivered' }, delivered);
      settledContacts.inc({ outcome: 'not_delivered' }, notDelivered);
    }
  }

  /** Documents that many batches share come last, so that they are held for a short time. */
  private async write(sent: readonly SentBatch[], transaction: Transaction): Promise<readonly SentBatch[]> {
    const finished = await this.batches.finish(
      sent.map(({ batch }) => batch.id),
      transaction,
    );
    const fresh = sent.filter(({ batch }) => finished.has(batch.id));
    for (const { retry, retryAt } of fresh) if (retry) await this.batches.insert([retry], retryAt, transaction);
    await this.pushContacts.prune(
      fresh.flatMap(({ gone }) => gone),
      transaction,
    );
    for (const [hour, counts] of countsByHour(fresh)) await this.stats.addSends(hour, counts, transaction);
    for (const [id, settled] of settledByDelivery(fresh)) await this.deliveries.settle(id, settled, transaction);
    return fresh;
  }
}

/** The UTC hour of the message that a batch's outcomes are counted in. */
function hourOf({ batch: { domain, messageId }, date }: SentBatch): HourOfMessage {
  const hour = new Date(date);
  hour.setUTCMinutes(0, 0, 0);
  return { domain, messageId, hour };
}

function hourKey({ domain, messageId, hour }: HourOfMessage): string {
  return JSON.stringify([domain, messageId, hour]);
}

function uniqueHours(sent: readonly SentBatch[]): HourOfMessage[] {
  return [...new Map(sent.map((each) => [hourKey(hourOf(each)), hourOf(each)])).values()];
}

function countsByHour(sent: readonly SentBatch[]): [HourOfMessage, SendCounts][] {
  return uniqueHours(sent).map((hour) => {
    const ofHour = sent.filter((each) => hourKey(hourOf(each)) === hourKey(hour));
    return [hour, countEvents(ofHour.flatMap(({ events }) => events))];
  });
}

function settledByDelivery(sent: readonly SentBatch[]): Map<string, Settled> {
  const settled = new Map<string, Settled>();
  for (const { batch, events, retry } of sent) {
    const { delivered, notDelivered } = countEvents(events);
    const before = settled.get(batch.deliveryId) ?? { planned: 0, delivered: 0, notDelivered: 0 };
    settled.set(batch.deliveryId, {
      // Contacts may have come or gone since the batch was planned.
      planned: before.planned + events.length + (retry?.contacts ?? 0) - batch.contacts,
      delivered: before.delivered + delivered,
      notDelivered: before.notDelivered + notDelivered,
    });
  }
  return settled;
}
