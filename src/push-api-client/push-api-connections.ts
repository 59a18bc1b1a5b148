import { EventEmitter } from 'node:events';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Dispatcher, Pool } from 'undici';
import { Config } from '../core/config.js';

/** Connections to PushApi, kept open between calls; more calls than these wait for one. */
const CONNECTIONS = 64;

const MAX_ANSWER_BYTES = 16 * 1_048_576;

const OK = 200;

interface PushApiAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The parsed body of a 200; undefined where it is no JSON. */
  readonly json: unknown;
}

/** Pooled connections to PushApi, with limits on time and size; a redirect is an answer like any other. */
@Injectable()
export class PushApiConnections implements OnApplicationShutdown {
  private readonly pool: Pool;
  private readonly basePath: string;
  private readonly authorization: { readonly authorization?: string };

  constructor({ pushApi: { url, token } }: Config) {
    const { origin, pathname } = new URL(url);
    this.pool = new Pool(origin, { connections: CONNECTIONS, maxResponseSize: MAX_ANSWER_BYTES });
    this.basePath = pathname === '/' ? '' : pathname;
    this.authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** The answer, or undefined when there was none: refused, not whole within `timeoutMs`, too long. */
  get(path: string, timeoutMs: number): Promise<PushApiAnswer | undefined> {
    return this.call({ method: 'GET', path, headers: this.authorization }, timeoutMs);
  }

  /** As get, with a JSON body. */
  post(path: string, body: object, timeoutMs: number): Promise<PushApiAnswer | undefined> {
    const headers = { 'content-type': 'application/json', ...this.authorization };
    return this.call({ method: 'POST', path, headers, body: JSON.stringify(body) }, timeoutMs);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }

  private async call(request: Dispatcher.RequestOptions, timeoutMs: number): Promise<PushApiAnswer | undefined> {
    // Not the pool's own time-outs, which begin anew with every piece that trickles in, nor an AbortSignal, which costs
    // several times of what an emitter does.
    const signal = new EventEmitter();
    const timer = setTimeout(() => signal.emit('abort'), timeoutMs);
    try {
      const path = this.basePath + request.path;
      const { statusCode, headers, body } = await this.pool.request({ ...request, path, signal });
      const retryAfter = [headers['retry-after']].flat()[0];
      if (statusCode === OK) return { status: OK, retryAfter, json: parse(await body.text()) };
      await body.dump();
      return { status: statusCode, retryAfter, json: undefined };
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
