import { Logger } from '@nestjs/common';
import { uncountedRequests } from '../core/metrics/access.metrics.js';
import { explainRedisCode } from '../core/queue/redis-error.js';

/** Redis is asked again after this time. */
const PAUSE_MS = 1_000;

/** A Redis that is late again within this time is asked once a second, although its responses come. */
const LATE_AGAIN_MS = 10_000;

/** Knows whether Redis counts, and says when that changes. */
export class CountingOutage {
  private readonly logger = new Logger('RateLimits');
  private isOutage = false;
  private tryAfter = 0;
  private endedAt = Number.NEGATIVE_INFINITY;
  private isLateAgain = false;
  private uncounted = 0;
  private hasWarned = false;
  private warning: NodeJS.Timeout | undefined;

  /** @param subject what passes meanwhile, as the log says it. */
  constructor(private readonly subject: string) {}

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

  /**
   * An outage that is over before Redis is asked again is only counted.
   *
   * @param code as `readRedisCode` returns it.
   */
  begin(code: string): void {
    this.tryAfter = performance.now() + PAUSE_MS;
    if (this.isOutage) return;
    this.isOutage = true;
    this.isLateAgain = performance.now() - this.endedAt < LATE_AGAIN_MS;
    this.warning = setTimeout(() => {
      this.warn(code);
    }, PAUSE_MS).unref();
  }

  /** Redis has responded, but later than requests wait. */
  endLate(): void {
    if (!this.isLateAgain) this.end();
  }

  /** Redis has responded. */
  end(): void {
    if (!this.isOutage) return;
    this.isOutage = false;
    this.endedAt = performance.now();
    clearTimeout(this.warning);
    if (this.hasWarned)
      this.logger.log(`Redis counts again; ${this.uncounted} ${this.subject} have passed without limits.`);
    this.hasWarned = false;
    this.uncounted = 0;
  }

  /** Counts what has passed. */
  addUncounted(requests: number): void {
    this.uncounted += requests;
    uncountedRequests.inc({ reason: 'redis' }, requests);
  }

  private warn(code: string): void {
    this.hasWarned = true;
    const meaning = explainRedisCode(code);
    const cause = meaning === undefined ? code : `${code}: ${meaning}`;
    this.logger.warn(`Redis does not count (${cause}): ${this.subject} pass without limits until it does.`);
  }
}
