import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { Agent } from 'undici';
import { PrivateAddressError, publicAddressesOnly } from '../push-services/push-service-address.js';
import type { EndpointOwner } from '../push-services/push-services.js';
import type { CallDeadline } from './call-deadline.js';
import { Http2SessionPool, Http2TimeoutError } from './http2-session-pool.js';
import { MAX_BODY_BYTES, type PushServiceResponse, toDetails } from './push-service-response.js';
import { type Refusal, refused } from './send-outcome.js';

/** Of a push service without HTTP/2. */
const CONNECTIONS_PER_SERVICE = 128;
/** Below the 4.5 s of a check of a device token. */
const CONNECT_TIMEOUT_MS = 4_000;

/** Below a call's 25 s, and long: a message whose response is not waited for may arrive twice. */
const RESPONSE_TIMEOUT_MS = 22_000;
const KEEP_ALIVE_MS = 30_000;

/** In the order in which they are preferred (RFC 7301). */
const PROTOCOLS = ['h2', 'http/1.1'];

/** Number of services whose protocol is remembered; the vendors have a few dozen hosts. */
const MAX_SERVICES = 1_000;

/** After this time, a service without HTTP/2 is asked for it again. */
const HTTP1_REMEMBERED_MS = 600_000;

const UNREACHABLE = 'The push service cannot be reached';

interface PushServiceRequest {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  readonly deadline: CallDeadline;
  /** How much of the response's body is read, MAX_BODY_BYTES by default. */
  readonly maxBodyBytes?: number;
}

export type ServiceOwner = Exclude<EndpointOwner, 'sandbox'>;

/** How a service is reached: by HTTP/2, or by HTTP/1.1 until then. */
type Protocol = Http2SessionPool | { readonly http1UntilMs: number };

/** No TLS connection came about in time. */
class ConnectTimeoutError extends Error {}

/**
 * Connections to push services, with limits on time and size: HTTP/2 where the service negotiates it, else
 * pooled HTTP/1.1. Redirects are not followed. A vendor's host is reached on public addresses only; a host
 * that the settings name may have a private one.
 */
export class PushServiceConnections {
  private readonly vendors: Agent;
  private readonly named = agent({});
  /** By origin. */
  private readonly protocols = new Map<string, Promise<Protocol>>();

  constructor(private readonly resolve = lookup) {
    this.vendors = agent({ lookup: publicAddressesOnly(resolve) });
  }

  /**
   * Posts to an endpoint. Resolves with the response, or with a refusal when there is none: 503 or 504, which
   * are retried, or 400 for a private address. Never rejects.
   */
  async post(url: URL, owner: ServiceOwner, request: PushServiceRequest): Promise<PushServiceResponse | Refusal> {
    const { headers, body, deadline, maxBodyBytes = MAX_BODY_BYTES } = request;
    try {
      const protocol = url.protocol === 'https:' ? await this.protocolOf(url, owner) : undefined;
      if (!(protocol instanceof Http2SessionPool)) return await this.postByHttp1(url, owner, request);
      const path = url.pathname + url.search;
      return await protocol.post({ path, headers, body, maxBodyBytes, timeoutMs: RESPONSE_TIMEOUT_MS, deadline });
    } catch (error) {
      return explain(error, deadline);
    }
  }

  /** Closes the connections after the requests that are in progress. */
  async close(): Promise<void> {
    const protocols = await Promise.allSettled(this.protocols.values());
    const pools = protocols.map((settled) => (settled.status === 'fulfilled' ? settled.value : undefined));
    await Promise.all([
      this.vendors.close(),
      this.named.close(),
      ...pools.map((pool) => (pool instanceof Http2SessionPool ? pool.close() : undefined)),
    ]);
  }

  private async postByHttp1(
    url: URL,
    owner: ServiceOwner,
    { headers, body: sent, deadline, maxBodyBytes = MAX_BODY_BYTES }: PushServiceRequest,
  ): Promise<PushServiceResponse> {
    const dispatcher = owner === 'vendor' ? this.vendors : this.named;
    const {
      statusCode,
      headers: received,
      body,
    } = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'POST',
      headers,
      body: sent,
      signal: deadline,
    });
    const retryAfter = received['retry-after'];
    return {
      status: statusCode,
      retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
      details: await readText(body, maxBodyBytes),
    };
  }

  private async protocolOf({ origin, hostname, port }: URL, owner: ServiceOwner): Promise<Protocol> {
    const known = this.protocols.get(origin);
    if (known !== undefined) {
      const protocol = await known;
      if (protocol instanceof Http2SessionPool || protocol.http1UntilMs > performance.now()) return protocol;
      if (this.protocols.get(origin) === known) this.protocols.delete(origin);
      return this.protocolOf(new URL(origin), owner);
    }
    if (this.protocols.size >= MAX_SERVICES) await this.forgetOldest();
    const open = (): Promise<TLSSocket> =>
      openSocket(hostname, Number(port || 443), owner === 'vendor' ? publicAddressesOnly(this.resolve) : undefined);
    const negotiated = negotiate(origin, open);
    this.protocols.set(origin, negotiated);
    negotiated.catch(() => {
      if (this.protocols.get(origin) === negotiated) this.protocols.delete(origin);
    });
    return negotiated;
  }

  private async forgetOldest(): Promise<void> {
    const [oldest] = this.protocols;
    if (oldest === undefined) return;
    this.protocols.delete(oldest[0]);
    const protocol = await oldest[1].catch(() => undefined);
    if (protocol instanceof Http2SessionPool) void protocol.close();
  }
}

/** Finds out by the first connection what the service speaks; with HTTP/2 it becomes the first session. */
async function negotiate(origin: string, open: () => Promise<TLSSocket>): Promise<Protocol> {
  const socket = await open();
  if (socket.alpnProtocol !== 'h2') {
    socket.destroy();
    return { http1UntilMs: performance.now() + HTTP1_REMEMBERED_MS };
  }
  const pool = new Http2SessionPool(origin, async () => {
    const next = await open();
    if (next.alpnProtocol === 'h2') return next;
    next.destroy();
    throw new Error('The service no longer speaks HTTP/2');
  });
  pool.add(socket);
  return pool;
}

function openSocket(
  hostname: string,
  port: number,
  lookupPublic: ReturnType<typeof publicAddressesOnly> | undefined,
): Promise<TLSSocket> {
  // A URL writes an IPv6 address in brackets; an address is no server name (RFC 6066, section 3).
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      host,
      port,
      ...(isIP(host) === 0 && { servername: host }),
      ALPNProtocols: PROTOCOLS,
      ...(lookupPublic !== undefined && { lookup: lookupPublic }),
    });
    const onError = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    const timer = setTimeout(() => {
      socket.destroy(new ConnectTimeoutError());
    }, CONNECT_TIMEOUT_MS);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      socket.setNoDelay(true);
      resolve(socket);
    });
    socket.once('error', onError);
  });
}

function agent(connect: { lookup?: ReturnType<typeof publicAddressesOnly> }): Agent {
  return new Agent({
    connections: CONNECTIONS_PER_SERVICE,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: RESPONSE_TIMEOUT_MS,
    bodyTimeout: RESPONSE_TIMEOUT_MS,
    connect: { ...connect, timeout: CONNECT_TIMEOUT_MS },
  });
}

/** Reads the beginning of a body. An error or a timeout keeps what has arrived: the status is what counts. */
async function readText(body: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  await readBeginning(body, maxBytes, chunks).catch(() => undefined);
  return toDetails(chunks, maxBytes);
}

async function readBeginning(body: AsyncIterable<Buffer>, maxBytes: number, chunks: Buffer[]): Promise<void> {
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Returning closes the connection, so the rest is not received.
    if (bytes >= maxBytes) return;
  }
}

function explain(error: unknown, deadline: CallDeadline): Refusal {
  if (error instanceof PrivateAddressError) return refused(400, 'The endpoint leads to a private address');
  const code = (error as { code?: unknown } | null)?.code;
  const isLate =
    deadline.aborted ||
    error instanceof Http2TimeoutError ||
    error instanceof ConnectTimeoutError ||
    code === 'UND_ERR_CONNECT_TIMEOUT' ||
    code === 'UND_ERR_HEADERS_TIMEOUT';
  return isLate
    ? refused(504, 'The push service did not answer in time')
    : refused(503, typeof code === 'string' ? `${UNREACHABLE} (${code})` : UNREACHABLE);
}
