import { Injectable, Logger } from '@nestjs/common';
import { logFields } from '../../../core/process/log-fields.js';
import { readDomainKey } from './throttle-keys.js';

const MINUTE_MS = 60_000;

/** Lines a minute; further pauses are left to the metrics and to the progress of messages. */
const MAX_LINES = 20;

/**
 * Logs the pauses of push services: at most 20 lines a minute. Names a host and a domain, and no endpoint.
 */
@Injectable()
export class PauseLog {
  private readonly logger = new Logger('Throttling');
  private minute = { startMs: 0, lines: 0 };

  add(key: string, pauseMs: number): void {
    const nowMs = performance.now();
    if (nowMs - this.minute.startMs >= MINUTE_MS) this.minute = { startMs: nowMs, lines: 0 };
    this.minute.lines += 1;
    if (this.minute.lines > MAX_LINES) return;
    const ofDomain = readDomainKey(key);
    const whom =
      ofDomain === undefined
        ? `${key}: all domains wait`
        : `${ofDomain.service}: ${JSON.stringify(ofDomain.domain)} waits`;
    this.logger.warn(`Paused for ${Math.ceil(pauseMs / 1_000)} s by ${whom}.`, logFields({ domain: ofDomain?.domain }));
  }
}
