import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { refusedTrackingLinks } from '../core/metrics/access.metrics.js';

const MINUTE_MS = 60_000;

/**
 * Why a tracking link is refused: an id does not decrypt; the signature is not the one of these ids and this
 * end; the link has ended; there is no signature, after TRACKING_UNSIGNED_UNTIL.
 */
export type LinkRefusal = 'unreadable' | 'changed' | 'expired' | 'unsigned';

/**
 * Counts refused tracking links for the operator, in a metric and in one log line a minute; the caller is not
 * told why.
 */
@Injectable()
export class RefusedLinks implements OnApplicationShutdown {
  private readonly logger = new Logger('Tracking');
  private readonly counts = new Map<LinkRefusal, number>();
  private timer: NodeJS.Timeout | undefined;

  add(reason: LinkRefusal): void {
    refusedTrackingLinks.inc({ reason });
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
    this.timer ??= setTimeout(() => {
      this.tell();
    }, MINUTE_MS).unref();
  }

  onApplicationShutdown(): void {
    if (this.timer !== undefined) this.tell();
  }

  private tell(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const counts = [...this.counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
    this.counts.clear();
    this.logger.warn(`Tracking links refused within a minute: ${counts}`);
  }
}
