import { Logger } from '@nestjs/common';
import { droppedSpans } from '../metrics/tracing.metrics.js';

const LINE_EVERY_MS = 60_000;

/** Why spans are not exported: too many wait, or the collector takes no export, or only a part of one. */
export type LossReason = 'queue_full' | 'export_failed' | 'rejected' | 'shutdown';

/** Counts spans that are not exported, and says so once a minute. */
export class LostSpans {
  private readonly logger = new Logger('Tracing');
  private toldAt = Number.NEGATIVE_INFINITY;
  private untold = 0;

  /** @param cause a code, of the network or an HTTP status; nothing of a response. */
  add(reason: LossReason, spans: number, cause: string): void {
    droppedSpans.inc({ reason }, spans);
    this.untold += spans;
    const now = performance.now();
    if (now - this.toldAt < LINE_EVERY_MS) return;
    this.logger.warn(`${this.untold} spans were not exported (${cause}). Nothing else depends on the collector.`);
    this.toldAt = now;
    this.untold = 0;
  }
}
