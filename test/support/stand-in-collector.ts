import { type StandInRequest, startStandInServer } from './stand-in-server.js';

/** What a collector does with an export: takes it, but for one span or not, refuses it, or never answers. */
type Behaviour = 'take' | 'take-part' | 'refuse' | 'hang';

/** A span as the collector got it (opentelemetry.io, "OTLP Specification", JSON encoding). */
export interface CollectedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: number;
  readonly durationMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly isFailed: boolean;
}

/** A collector of traces, by OTLP over HTTP with JSON. */
export interface StandInCollector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  /** All requests it took, as one text, their headers too. */
  received(): string;
  /** How many requests have come, whatever it does with them. */
  requests(): number;
  behave(behaviour: Behaviour): void;
  stop(): Promise<void>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number };
}

interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

const FAILED = 2;

const PARTIAL_SUCCESS = { partialSuccess: { rejectedSpans: '1', errorMessage: 'a-secret-of-the-collector' } };

export async function startStandInCollector(): Promise<StandInCollector> {
  const spans: CollectedSpan[] = [];
  const texts: string[] = [];
  let behaviour: Behaviour = 'take';
  let requests = 0;
  const server = await startStandInServer(async (request) => {
    requests += 1;
    if (behaviour === 'hang') await new Promise(() => undefined);
    if (behaviour === 'refuse') return { status: 400, raw: 'a-secret-of-the-collector' };
    texts.push(JSON.stringify(request));
    spans.push(...readSpans(request));
    return { status: 200, body: behaviour === 'take-part' ? PARTIAL_SUCCESS : {} };
  });
  return {
    url: server.url,
    spans,
    received: () => texts.join('\n'),
    requests: () => requests,
    behave: (chosen) => {
      behaviour = chosen;
    },
    stop: () => server.stop(),
  };
}

function readSpans({ path, body }: StandInRequest): CollectedSpan[] {
  if (path !== '/v1/traces') throw new Error(`An export to ${path}`);
  return (body as OtlpRequest).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(readAttributes(resource.attributes)['service.name']);
    return scopeSpans.flatMap((scope) => scope.spans.map((span) => readSpan(span, service)));
  });
}

function readSpan(span: OtlpSpan, service: string): CollectedSpan {
  const { traceId, spanId, parentSpanId, name, kind, status } = span;
  return {
    ...{ service, traceId, spanId, name, kind },
    parentSpanId: parentSpanId === '' ? undefined : parentSpanId,
    durationMs: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
    attributes: readAttributes(span.attributes),
    isFailed: status.code === FAILED,
  };
}

function readAttributes(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
