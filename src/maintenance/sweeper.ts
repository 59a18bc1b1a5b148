import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { databaseNow } from '../core/mongo/database-clock.js';
import { DopplerVisitorsService } from '../doppler/doppler-visitors.service.js';
import { ErasureFinisher } from '../visitor-data/erasure-finisher.js';
import { RecountsService } from '../push-contacts/counting/recounts.service.js';
import { RollUpsService } from '../stats/roll-ups.service.js';
import { OverdueDeliveries } from '../deliveries/recovery/overdue-deliveries.js';

const INTERVAL_MS = 5_000;

/** Work that is overdue by less is probably enqueued and waits for a worker. */
const GRACE_MS = 15_000;

/** Jobs of each kind that one sweep adds. */
const LIMIT = 500;

/**
 * Enqueues overdue work again every 5 s: MongoDB has it, but its job in Redis may be lost. Repeats erasures,
 * counts contacts and rolls up hours, which have no jobs.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Sweeper.name);
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
      void this.sweep()
        .catch(() => {
          this.logger.warn('A sweep for overdue work failed; the next one tries again.');
        })
        .finally(() => {
          this.scheduleNext();
        });
    }, INTERVAL_MS);
  }

  private async sweep(): Promise<void> {
    const overdue = new Date(databaseNow() - GRACE_MS);
    await this.deliveries.enqueueOverdue(overdue, LIMIT);
    await this.dopplerVisitors.enqueueOverdue(overdue, LIMIT);
    await this.erasures.finishDue();
    await this.recounts.countDue();
    await this.rollUps.rollUpDue();
  }
}
