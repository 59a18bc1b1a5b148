import { Logger } from '@nestjs/common';
import type { LimitName } from '../core/http/route-limit.js';
import { limitedRequests } from '../core/metrics/access.metrics.js';

const MINUTE_MS = 60_000;

/** What an operator can do about each limit. */
const ADVICE: Readonly<Record<LimitName, string>> = {
  anonymous: 'RATE_LIMIT_ANONYMOUS_PER_MINUTE; if all visitors are one address, TRUST_PROXY must name the proxy',
  registrations:
    'RATE_LIMIT_REGISTRATIONS_PER_MINUTE; if all visitors are one address, TRUST_PROXY must name the proxy',
  token: 'RATE_LIMIT_TOKEN_PER_MINUTE',
  testSends: 'RATE_LIMIT_TEST_SENDS_PER_MINUTE',
};

/** Counts and logs refused requests, a line for the first, then one a minute; it names no address. */
export class RefusalLog {
  private readonly logger = new Logger('RateLimits');
  private readonly counts = new Map<LimitName, number>();

  add(limit: LimitName): void {
    limitedRequests.inc({ limit });
    const count = this.counts.get(limit);
    this.counts.set(limit, (count ?? -1) + 1);
    if (count !== undefined) return;
    this.logger.warn(`A request was refused (429): ${ADVICE[limit]}`);
    setTimeout(() => {
      this.endMinute(limit);
    }, MINUTE_MS).unref();
  }

  private endMinute(limit: LimitName): void {
    const count = this.counts.get(limit) ?? 0;
    this.counts.delete(limit);
    if (count > 0) this.logger.warn(`${count} more requests were refused in the last minute: ${ADVICE[limit]}`);
  }
}
