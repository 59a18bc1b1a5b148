import {
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer as SdkTracer,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import type { ActiveSpan, EndedSpan, NewSpan, OpenSpan, SpanAttributes, Tracer } from './tracing.js';

const KINDS: Readonly<Record<NewSpan['kind'], SpanKind>> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
};

/** Makes spans by OpenTelemetry's SDK, whose context manager knows the active one. */
export class OpenTelemetryTracer implements Tracer {
  constructor(private readonly tracer: SdkTracer) {}

  begin(span: NewSpan): OpenSpan {
    const parent = toParent(span.parent);
    const begun = this.start(span, parent);
    return {
      ...toChanges(begun),
      run: bind(trace.setSpan(parent, begun)),
      end: () => {
        begun.end();
      },
    };
  }

  record(span: EndedSpan): void {
    const recorded = this.start(span, toParent(span.parent));
    if (span.failure !== undefined) fail(recorded, span.failure);
    recorded.end(span.endedAtMs);
  }

  findActive(): ActiveSpan | undefined {
    const span = trace.getActiveSpan();
    if (span === undefined) return undefined;
    const spanContext = span.spanContext();
    return {
      ...toChanges(span),
      traceId: spanContext.traceId,
      traceparent: toTraceparent(spanContext),
    };
  }

  private start({ name, kind, attributes, beganAtMs }: NewSpan, parent: Context): Span {
    const startTime = beganAtMs === undefined ? {} : { startTime: beganAtMs };
    return this.tracer.startSpan(name, { kind: KINDS[kind], attributes: { ...attributes }, ...startTime }, parent);
  }
}

function bind(spanContext: Context): OpenSpan['run'] {
  return (work) => context.with(spanContext, work);
}

function toChanges(span: Span): Pick<OpenSpan, 'describe' | 'fail'> {
  return {
    describe: (attributes: SpanAttributes) => {
      span.setAttributes({ ...attributes });
    },
    fail: (type) => {
      fail(span, type);
    },
  };
}

function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function toParent(traceparent: string | null | undefined): Context {
  if (traceparent === undefined) return context.active();
  const parsed = traceparent === null ? null : parseTraceParent(traceparent);
  return parsed === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parsed, isRemote: true });
}

/**
 * Of the flags only `sampled` is passed on: others say what a parent has done (Trace Context, section
 * 3.2.2.5).
 */
function toTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01'}`;
}
