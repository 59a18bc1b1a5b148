/**
 * What a span may tell: a closed list, in which nothing holds a token, an endpoint, an e-mail, a visitor guid
 * or a path. Names with a dot in front are OpenTelemetry's (opentelemetry.io, "Semantic Conventions for
 * HTTP").
 */
export interface SpanAttributes {
  readonly 'http.request.method'?: string;
  /** The route's pattern, never the path. */
  readonly 'http.route'?: string;
  readonly 'http.response.status_code'?: number;
  /** The class or the code of an error, never its message. */
  readonly 'error.type'?: string;
  readonly 'push_contact.request_id'?: string;
  readonly 'push_contact.message_id'?: string;
  readonly 'push_contact.domain'?: string;
  readonly 'push_contact.delivery_id'?: string;
  readonly 'push_contact.batch_id'?: string;
  /** How often its recipients were tried before. */
  readonly 'push_contact.attempt'?: number;
  /** Contacts of a plan, a batch or a call. */
  readonly 'push_contact.contacts'?: number;
  readonly 'push_contact.batches'?: number;
  readonly 'push_contact.delivered'?: number;
  readonly 'push_contact.not_delivered'?: number;
  /** Contacts that are tried again. */
  readonly 'push_contact.retried'?: number;
  readonly 'push_contact.push_service'?: string;
  /** Pushes of a call to one push service that had the same status. */
  readonly 'push_contact.pushes'?: number;
}

export interface NewSpan {
  readonly name: string;
  /** `consumer`: work that was queued. */
  readonly kind: 'server' | 'client' | 'consumer';
  /**
   * The `traceparent` of its parent (w3.org, "Trace Context", section 3.2); null for none, undefined for the
   * active span. A malformed one counts as none.
   */
  readonly parent?: string | null;
  /** Unix time in milliseconds; undefined for now. */
  readonly beganAtMs?: number;
  readonly attributes: SpanAttributes;
}

/** A span that has ended before it is told. */
export interface EndedSpan extends NewSpan {
  readonly beganAtMs: number;
  readonly endedAtMs: number;
  /** Why it counts as failed: `error.type`. */
  readonly failure?: string | undefined;
}

/** A span that has begun. */
export interface OpenSpan {
  /** Runs `work` with this as its active span, also in what is asynchronous in it. */
  readonly run: <T>(work: () => T) => T;
  readonly describe: (attributes: SpanAttributes) => void;
  /** Marks it as failed. */
  readonly fail: (type: string) => void;
  readonly end: () => void;
}

/** The active span, as other processes and log lines name it. */
export interface ActiveSpan extends Pick<OpenSpan, 'describe' | 'fail'> {
  readonly traceId: string;
  readonly traceparent: string;
}

/** What makes spans. */
export interface Tracer {
  begin(span: NewSpan): OpenSpan;
  record(span: EndedSpan): void;
  findActive(): ActiveSpan | undefined;
}

let tracer: Tracer | undefined;

/** Lets this process make spans from now on. Called at most once, before the servers start. */
export function setTracer(chosen: Tracer): void {
  tracer = chosen;
}

/** The tracer of this process; undefined while nothing is traced. */
export function findTracer(): Tracer | undefined {
  return tracer;
}

/** The active span; undefined outside of one, and while nothing is traced. */
export function findActiveSpan(): ActiveSpan | undefined {
  return tracer?.findActive();
}

/**
 * Runs `work` in a span, which fails with the error of `work`. While nothing is traced it only calls `work`.
 *
 * @example
 * const parent = delivery.traceParent ?? null;
 * await inSpan({ name: 'plan', kind: 'consumer', parent, attributes: {} }, () => this.planWhole(delivery));
 */
export function inSpan<T>(span: NewSpan, work: () => Promise<T>): Promise<T> {
  return tracer === undefined ? work() : runInSpan(tracer.begin(span), work);
}

async function runInSpan<T>(span: OpenSpan, work: () => Promise<T>): Promise<T> {
  try {
    return await span.run(work);
  } catch (error) {
    span.fail(error instanceof Error ? error.name : typeof error);
    throw error;
  } finally {
    span.end();
  }
}
