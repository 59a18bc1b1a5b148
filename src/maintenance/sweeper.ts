import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { SweptWork } from '../core/metrics/store.metrics.js';
import { databaseNow } from '../core/mongo/database-clock.js';
import { DopplerVisitorsService } from '../doppler/doppler-visitors.service.js';
import { ErasureFinisher } from '../visitor-data/erasure-finisher.js';
import { RecountsService } from '../push-contacts/counting/recounts.service.js';
import { RollUpsService } from '../stats/roll-ups.service.js';
import { OverdueDeliveries } from '../deliveries/recovery/overdue-deliveries.js';
import { SweepFailures } from './sweep-failures.js';

const INTERVAL_MS = 5_000;

/** Work that is overdue by less is probably enqueued and waits for a worker. */
const GRACE_MS = 15_000;

/** Jobs of each kind that one sweep adds. */
const LIMIT = 500;

/**
 * Enqueues overdue work again every 5 s: MongoDB has it, but its job in Redis may be lost. Repeats erasures,
 * counts contacts and rolls up hours, which have no jobs. What fails of one keeps none of the others waiting.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly failures = new SweepFailures();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly deliveries: OverdueDeliveries,
    private readonly dopplerVisitors: DopplerVisitorsService,
    private readonly erasures: ErasureFinisher,
    private readonly recounts: RecountsService,
    private readonly rollUps: RollUpsService,
  ) {}

  onApplicationBootstrap(): void {
    this.scheduleNext();
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  private scheduleNext(): void {
    this.timer = setTimeout(() => {
      void this.sweep().finally(() => {
        this.scheduleNext();
      });
    }, INTERVAL_MS);
  }

  private async sweep(): Promise<void> {
    const overdue = new Date(databaseNow() - GRACE_MS);
    await this.try('deliveries', () => this.deliveries.enqueueOverdue(overdue, LIMIT));
    await this.try('doppler-visitors', () => this.dopplerVisitors.enqueueOverdue(overdue, LIMIT));
    await this.try('erasures', () => this.erasures.finishDue());
    await this.try('recounts', () => this.recounts.countDue());
    await this.try('roll-ups', () => this.rollUps.rollUpDue());
  }

  private async try(work: SweptWork, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.failures.add(work, error);
    }
  }
}
