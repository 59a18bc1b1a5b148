import { diag, DiagLogLevel } from '@opentelemetry/api';
import { readProperty } from '../errors/read-property.js';
import type { LostSpans } from './lost-spans.js';

/**
 * Counts what a collector rejects of an export that it takes (opentelemetry.io, "OTLP Specification", Partial
 * Success). The exporter calls such an export a success, and tells its diagnostic logger alone of the rest.
 */
export function countRejectedSpans(lost: Pick<LostSpans, 'add'>): void {
  const ignore = (): void => undefined;
  const warn = (_: string, ...details: unknown[]): void => {
    const spans = readRejectedSpans(details[0]);
    if (spans > 0) lost.add('rejected', spans, 'the collector took a part of an export');
  };
  const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

/**
 * Returns `rejectedSpans` of a partial success in JSON, where an int64 is a string or a number (protobuf.dev,
 * "ProtoJSON Format"); 0 for anything else, a mere warning of a collector too.
 */
export function readRejectedSpans(detail: unknown): number {
  const spans = Number(readProperty(parse(detail), 'rejectedSpans'));
  return Number.isSafeInteger(spans) && spans > 0 ? spans : 0;
}

function parse(detail: unknown): unknown {
  if (typeof detail !== 'string') return undefined;
  try {
    return JSON.parse(detail);
  } catch {
    return undefined;
  }
}
