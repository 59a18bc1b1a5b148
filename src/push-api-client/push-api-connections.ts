import { EventEmitter } from 'node:events';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DecoratorHandler, type Dispatcher, Pool } from 'undici';
import { Config } from '../core/config/config.js';
import { findActiveSpan } from '../core/tracing/tracing.js';
import { INCOMPLETE, readNetworkCode } from './failure-reason.js';

/** Number of connections, kept open between calls; further calls wait for a free one. */
export const CONNECTIONS = 64;

const MAX_RESPONSE_BYTES = 16 * 1_048_576;

const OK = 200;

export interface PushApiResponse {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The parsed body of a 200; undefined where it is no JSON or does not arrive whole. */
  readonly json: unknown;
  /** Why a 200 has no `json`: a code of `INCOMPLETE`, or of the network's error. */
  readonly fault?: string | undefined;
}

/** A call without a response. */
export interface NoResponse {
  readonly status: null;
  /**
   * False: PushApi has got nothing of it. True: it was sent, wholly or in part, and its outcome is unknown.
   */
  readonly isSent: boolean;
  /** The code of the network's error; ETIMEDOUT when it took longer than it may. */
  readonly code: string;
}

/** Pooled connections to PushApi, with limits on time and size; a redirect is an answer like any other. */
@Injectable()
export class PushApiConnections implements OnApplicationShutdown {
  private readonly pool: Pool;
  private readonly dispatcher: Dispatcher;
  private readonly basePath: string;
  private readonly headers: Readonly<Record<string, string>>;

  constructor({ pushApi: { url, token } }: Config) {
    const { origin, pathname } = new URL(url);
    this.pool = new Pool(origin, { connections: CONNECTIONS, maxResponseSize: MAX_RESPONSE_BYTES });
    this.dispatcher = this.pool.compose(tellSending);
    this.basePath = pathname === '/' ? '' : pathname;
    // Without Accept-Encoding, a proxy may choose any coding (RFC 9110, section 12.5.3).
    this.headers = { 'accept-encoding': 'identity', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  }

  /**
   * The response, or why there was none: not reached, not whole within `timeoutMs`, too long. Names the
   * active span to PushApi.
   */
  get(path: string, timeoutMs: number): Promise<PushApiResponse | NoResponse> {
    return this.call({ method: 'GET', path, headers: { ...this.headers, ...traceHeader() } }, timeoutMs);
  }

  /**
   * As get, with a JSON body.
   * @param callId sent as Idempotency-Key (draft-ietf-httpapi-idempotency-key-header, section 2.1: a
   * string of RFC 8941).
   */
  post(path: string, body: object, timeoutMs: number, callId: string): Promise<PushApiResponse | NoResponse> {
    const own = { 'content-type': 'application/json', 'idempotency-key': `"${callId}"` };
    const headers = { ...this.headers, ...own, ...traceHeader() };
    return this.call({ method: 'POST', path, headers, body: JSON.stringify(body) }, timeoutMs);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }

  private async call(request: Dispatcher.RequestOptions, timeoutMs: number): Promise<PushApiResponse | NoResponse> {
    // Not the pool's own time-outs, which begin anew with every piece that trickles in, nor an
    // AbortSignal, which costs several times of what an emitter does.
    const signal = new EventEmitter();
    const state = { isSent: false, isLate: false };
    const timer = setTimeout(() => {
      state.isLate = true;
      signal.emit('abort');
    }, timeoutMs);
    const onSending = (): void => {
      // One that was too late while it waited for a connection is begun and aborted in one.
      state.isSent = !state.isLate;
    };
    try {
      const path = this.basePath + request.path;
      const options = { ...request, path, signal, onSending };
      const { statusCode, headers, body } = await this.dispatcher.request(options);
      const retryAfter = [headers['retry-after']].flat()[0];
      if (statusCode === OK) return { status: OK, retryAfter, ...(await readJson(body)) };
      // What it says is in the status already.
      await body.dump().catch(() => undefined);
      return { status: statusCode, retryAfter, json: undefined };
    } catch (error) {
      return { status: null, isSent: state.isSent, code: state.isLate ? 'ETIMEDOUT' : readNetworkCode(error) };
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Who reads none ignores it, as Doppler's PushApi does (w3.org, "Trace Context", section 3.2). */
function traceHeader(): { readonly traceparent?: string } {
  const span = findActiveSpan();
  return span === undefined ? {} : { traceparent: span.traceparent };
}

/** undici's types leave its methods out. */
const Decorator = DecoratorHandler as new (handler: Dispatcher.DispatchHandler) => Dispatcher.DispatchHandler;

/** Tells when a request is written to a connection: until then PushApi has got nothing of it. */
class SendingHandler extends Decorator {
  constructor(
    handler: Dispatcher.DispatchHandler,
    private readonly onSending: () => void,
  ) {
    super(handler);
  }

  override onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.onSending();
    super.onRequestStart?.(controller, context);
  }
}

const tellSending: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const { onSending } = options as { readonly onSending?: () => void };
  return dispatch(options, onSending === undefined ? handler : new SendingHandler(handler, onSending));
};

async function readJson(body: { text(): Promise<string> }): Promise<Pick<PushApiResponse, 'json' | 'fault'>> {
  const text = await body.text().catch(() => undefined);
  if (text === undefined) return { json: undefined, fault: INCOMPLETE.cut };
  try {
    return { json: JSON.parse(text) };
  } catch {
    return { json: undefined, fault: INCOMPLETE.malformed };
  }
}
