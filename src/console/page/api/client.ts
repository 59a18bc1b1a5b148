import { forgetEntries } from '../shell/entry-memory.js';
import type { PathsWith, RequestOf, ResponseOf } from './api-types.js';
import { toAddress } from './address.js';
import { Problem, readProblem } from './problem.js';

/** Milliseconds after which a call without a response has failed. */
const TIMEOUT_MS = 30_000;

interface AnyRequest {
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Calls the API by the paths of its description, with their types:
 * `api.get('/domains/{name}/stats', { path: { name } })`. Every call rejects with a Problem.
 */
export class ApiClient {
  /** @param onUnauthenticated is called when the API no longer accepts the token. */
  constructor(
    private readonly token: string,
    private readonly onUnauthenticated: () => void,
  ) {}

  get<P extends PathsWith<'get'>>(
    path: P,
    request: RequestOf<P, 'get'>,
    signal?: AbortSignal,
  ): Promise<ResponseOf<P, 'get'>> {
    return this.call('GET', path, request as AnyRequest, signal) as Promise<ResponseOf<P, 'get'>>;
  }

  /** @param request has headers as well, such as an Idempotency-Key. */
  post<P extends PathsWith<'post'>>(
    path: P,
    request: RequestOf<P, 'post'> & Pick<AnyRequest, 'headers'>,
  ): Promise<ResponseOf<P, 'post'>> {
    return this.call('POST', path, request as AnyRequest) as Promise<ResponseOf<P, 'post'>>;
  }

  put<P extends PathsWith<'put'>>(path: P, request: RequestOf<P, 'put'>): Promise<ResponseOf<P, 'put'>> {
    return this.call('PUT', path, request as AnyRequest) as Promise<ResponseOf<P, 'put'>>;
  }

  delete<P extends PathsWith<'delete'>>(path: P, request: RequestOf<P, 'delete'>): Promise<ResponseOf<P, 'delete'>> {
    return this.call('DELETE', path, request as AnyRequest) as Promise<ResponseOf<P, 'delete'>>;
  }

  private async call(method: string, template: string, request: AnyRequest, signal?: AbortSignal): Promise<unknown> {
    const { path, query, body, headers } = request;
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(toAddress(template, path, query), {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    }).catch((error: unknown) => {
      throw new Problem(0, error instanceof Error ? error.message : String(error));
    });
    if (response.status === 401) this.onUnauthenticated();
    if (!response.ok) throw await readProblem(response);
    if (method !== 'GET') forgetEntries();
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  }
}
