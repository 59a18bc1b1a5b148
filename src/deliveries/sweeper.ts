import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { OverdueWorkService } from './overdue-work.service.js';

const INTERVAL_MS = 5_000;

/** Rings again for work in MongoDB that no job in Redis stands for any more. */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Sweeper.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly overdueWork: OverdueWorkService) {}

  onApplicationBootstrap(): void {
    this.scheduleNext();
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  private scheduleNext(): void {
    this.timer = setTimeout(() => {
      void this.overdueWork
        .ring()
        .catch(() => {
          this.logger.warn('A sweep for overdue work failed; the next one tries again.');
        })
        .finally(() => {
          this.scheduleNext();
        });
    }, INTERVAL_MS);
  }
}
