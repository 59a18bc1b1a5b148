import { TraceFlags } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { readProperty } from '../errors/read-property.js';
import type { LostSpans } from './lost-spans.js';

/** Some 4 MB. */
const MAX_WAITING = 2_048;
const MAX_IN_EXPORT = 512;
const EXPORT_EVERY_MS = 1_000;

/**
 * Exports spans in the background. At most 2,048 wait, those of an export in progress included, and every one
 * that is lost is counted: the SDK's processor drops silently.
 */
export class BoundedExport implements SpanProcessor {
  private readonly processor: BatchSpanProcessor;
  private waiting = 0;

  constructor(
    exporter: SpanExporter,
    private readonly lost: Pick<LostSpans, 'add'>,
  ) {
    this.processor = new BatchSpanProcessor({
      exporter: this.observe(exporter),
      maxQueueSize: MAX_WAITING,
      maxExportBatchSize: MAX_IN_EXPORT,
      scheduledDelayMillis: EXPORT_EVERY_MS,
    });
  }

  onStart(): void {
    // Only what has ended is exported.
  }

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    if (this.waiting >= MAX_WAITING) {
      this.lost.add('queue_full', 1, `${MAX_WAITING} wait for the collector`);
      return;
    }
    this.waiting += 1;
    this.processor.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.processor.forceFlush();
  }

  /** Exports what waits, and counts what is still unexported after `timeoutMs`. */
  async end(timeoutMs: number): Promise<void> {
    await Promise.race([this.shutdown().catch(() => undefined), wait(timeoutMs)]);
    if (this.waiting > 0) this.lost.add('shutdown', this.waiting, 'the process ends');
  }

  shutdown(): Promise<void> {
    return this.processor.shutdown();
  }

  private observe(exporter: SpanExporter): SpanExporter {
    const observed = (spans: ReadableSpan[], result: ExportResult): void => {
      this.waiting -= spans.length;
      if (result.code === ExportResultCode.FAILED) {
        this.lost.add('export_failed', spans.length, describe(result.error));
      }
    };
    return {
      export: (spans, done) => {
        exporter.export(spans, (result) => {
          observed(spans, result);
          done(result);
        });
      },
      shutdown: () => exporter.shutdown(),
      forceFlush: async () => exporter.forceFlush?.(),
    };
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** An HTTP status or a code of the network. The error itself may quote what the collector has answered. */
function describe(error: unknown): string {
  const code = readProperty(error, 'code') ?? readProperty(readProperty(error, 'cause'), 'code');
  if (typeof code === 'number') return `the collector answered ${code}`;
  return typeof code === 'string' ? code : 'no answer of the collector';
}
