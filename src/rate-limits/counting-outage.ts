import { Logger } from '@nestjs/common';
import { uncountedRequests } from '../core/process/metrics.js';
import { explainRedisCode } from '../core/queue/redis-error.js';

/** Redis is asked again after this time. */
const PAUSE_MS = 1_000;

/** Knows whether Redis counts, and says when that changes. */
export class CountingOutage {
  private readonly logger = new Logger('RateLimits');
  private isOutage = false;
  private tryAfter = 0;
  private uncounted = 0;

  get isNow(): boolean {
    return this.isOutage;
  }

  /** Whether Redis is to be asked again: true for one caller a second. */
  isTimeToTry(): boolean {
    const now = performance.now();
    if (now < this.tryAfter) return false;
    this.tryAfter = now + PAUSE_MS;
    return true;
  }

  /** @param code as `readRedisCode` returns it. */
  begin(code: string): void {
    this.tryAfter = performance.now() + PAUSE_MS;
    if (this.isOutage) return;
    this.isOutage = true;
    const meaning = explainRedisCode(code);
    const cause = meaning === undefined ? code : `${code}: ${meaning}`;
    this.logger.warn(`Redis does not count (${cause}): requests pass without limits until it does.`);
  }

  end(): void {
    if (!this.isOutage) return;
    this.isOutage = false;
    this.logger.log(`Redis counts again; ${this.uncounted} requests have passed without limits.`);
    this.uncounted = 0;
  }

  /** Counts what has passed. */
  addUncounted(): void {
    this.uncounted += 1;
    uncountedRequests.inc({ reason: 'redis' });
  }
}
