import { Logger } from '@nestjs/common';
import { explainNetworkCode, explainRedisCode } from './redis-error.js';

/** Logs that Redis does not serve, each cause once in an outage, and that it serves again. */
export class RedisOutageLog {
  private readonly logger = new Logger('Redis');
  private readonly loggedCodes = new Set<string>();
  private since: number | undefined;

  get isOutage(): boolean {
    return this.since !== undefined;
  }

  /** @param code as `readRedisCode` returns it. */
  fail(code: string): void {
    this.since ??= performance.now();
    if (this.loggedCodes.has(code)) return;
    this.loggedCodes.add(code);
    const meaning = explainRedisCode(code);
    const cause = explainNetworkCode(code);
    this.logger.error(
      meaning === undefined
        ? `Redis is unreachable (${code})${cause === undefined ? '' : `: ${cause}`}; trying to reach it again.`
        : `Redis answers but does not serve (${code}): ${meaning}. Sends are refused until it does.`,
    );
  }

  recover(): void {
    if (this.since === undefined) return;
    const seconds = Math.round((performance.now() - this.since) / 1_000);
    this.since = undefined;
    this.loggedCodes.clear();
    this.logger.log(`Redis serves again, after ${seconds} s.`);
  }
}
