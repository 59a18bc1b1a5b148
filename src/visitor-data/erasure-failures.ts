import { Injectable, Logger } from '@nestjs/common';
import { describeWithoutValues } from '../core/errors/describe-error.js';
import { failedErasures } from '../core/metrics/contact.metrics.js';

/** At most one line in this time. */
const LOG_EVERY_MS = 60_000;

/** Counts erasures that fail, and logs one a minute, naming nobody. */
@Injectable()
export class ErasureFailures {
  private readonly logger = new Logger('Erasures');
  private loggedAt = Number.NEGATIVE_INFINITY;

  add(erasureId: string, error: unknown): void {
    failedErasures.inc();
    if (performance.now() - this.loggedAt < LOG_EVERY_MS) return;
    this.loggedAt = performance.now();
    this.logger.warn(`The erasure ${erasureId} failed and is tried again later: ${describeWithoutValues(error)}`);
  }
}
