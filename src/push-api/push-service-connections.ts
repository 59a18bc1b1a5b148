import { lookup } from 'node:dns';
import { Agent } from 'undici';
import { PrivateAddressError, publicAddressesOnly } from '../push-services/push-service-address.js';
import type { EndpointOwner } from '../push-services/push-services.js';
import { type Refusal, refused } from './delivery.js';

/** As many as WebPushService has requests under way to one push service. */
const CONNECTIONS_PER_SERVICE = 128;
const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;

/** What is read of an answer's body; it only explains a refusal. */
const MAX_BODY_BYTES = 1_024;

export interface PushServiceAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The beginning of the body. */
  readonly details: string;
}

/** Pooled connections to push services, with limits on time and size; redirects are answers like any other. */
export class PushServiceConnections {
  private readonly vendors: Agent;
  private readonly named = agent({});

  constructor(resolve = lookup) {
    this.vendors = agent({ lookup: publicAddressesOnly(resolve) });
  }

  /** Posts to an endpoint, or says why there is no answer: 503 and 504 can be tried again, 400 cannot. */
  async post(
    url: URL,
    owner: Exclude<EndpointOwner, 'sandbox'>,
    request: { readonly headers: Record<string, string>; readonly body: Buffer; readonly signal: AbortSignal },
  ): Promise<PushServiceAnswer | Refusal> {
    const dispatcher = owner === 'vendor' ? this.vendors : this.named;
    try {
      const { statusCode, headers, body } = await dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'POST',
        ...request,
      });
      const retryAfter = headers['retry-after'];
      return {
        status: statusCode,
        retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
        details: await beginningOf(body),
      };
    } catch (error) {
      return explain(error, request.signal);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.vendors.close(), this.named.close()]);
  }
}

function agent(connect: { lookup?: ReturnType<typeof publicAddressesOnly> }): Agent {
  return new Agent({
    connections: CONNECTIONS_PER_SERVICE,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
    connect: { ...connect, timeout: CONNECT_TIMEOUT_MS },
  });
}

/** A body that is too slow or broken changes nothing in what the status said: what has come so far will do. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  await readBeginning(body, chunks).catch(() => undefined);
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8');
}

async function readBeginning(body: AsyncIterable<Buffer>, chunks: Buffer[]): Promise<void> {
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop closes the connection, so the rest is never received.
    if (bytes >= MAX_BODY_BYTES) return;
  }
}

function explain(error: unknown, signal: AbortSignal): Refusal {
  if (error instanceof PrivateAddressError) return refused(400, 'The endpoint leads to a private address');
  const code = (error as { code?: unknown } | null)?.code;
  const isLate = signal.aborted || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'UND_ERR_HEADERS_TIMEOUT';
  return isLate
    ? refused(504, 'The push service did not answer in time')
    : refused(503, 'The push service cannot be reached');
}
