import { Logger } from '@nestjs/common';
import { describeWithoutValues } from '../core/errors/describe-error.js';
import { sweepFailures, type SweptWork } from '../core/metrics/store.metrics.js';

/** At most one line for each kind of work in this time. */
const LOG_EVERY_MS = 60_000;

/** Counts sweeps that fail, and logs their causes. */
export class SweepFailures {
  private readonly logger = new Logger('Sweeper');
  private readonly loggedAt = new Map<SweptWork, number>();

  add(work: SweptWork, error: unknown): void {
    sweepFailures.inc({ work });
    const now = performance.now();
    if (now - (this.loggedAt.get(work) ?? Number.NEGATIVE_INFINITY) < LOG_EVERY_MS) return;
    this.loggedAt.set(work, now);
    this.logger.warn(
      `A sweep for overdue work failed (${work}); the next one tries again: ${describeWithoutValues(error)}`,
    );
  }
}
