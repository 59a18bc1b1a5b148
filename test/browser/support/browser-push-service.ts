import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importJWK, jwtVerify } from 'jose';
import { decryptPush } from '../../../src/simulator/subscriptions/message-decryption.js';
import type { SubscriptionSecrets } from '../../../src/simulator/subscriptions/subscription-keys.js';

/** A push message that was accepted. */
interface ReceivedPush {
  readonly endpoint: string;
  /** Decrypted. */
  readonly payload: string;
  readonly ttlSeconds: number;
  readonly urgency: string | undefined;
  readonly topic: string | undefined;
  /** `sub` of the VAPID token. */
  readonly subject: string | undefined;
}

/** A subscription as a browser returns it to its page. */
export interface BrowserSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** A local push service: creates subscriptions and accepts messages to them by RFC 8030, 8291 and 8292. */
export interface BrowserPushService {
  readonly url: string;
  readonly received: readonly ReceivedPush[];
  /** Status and reason of each refused message. */
  readonly refused: readonly { readonly status: number; readonly reason: string }[];
  /** Endpoints of the active subscriptions. */
  readonly endpoints: readonly string[];
  /** Creates a subscription, as a browser does for its page; the key is base64url. */
  subscribe(applicationServerKey: string): BrowserSubscription;
  unsubscribe(endpoint: string): void;
  /** Refuses the next `count` messages with this status, for example 429. */
  refuseNext(count: number, status: number, retryAfter?: string): void;
  /** What browsers get that want a subscription: at first they get one. */
  subscriptionResponse: 'subscription' | 'refusal' | 'nothing';
  /** How many of them wait for a response since that is `nothing`. */
  readonly waitingBrowsers: number;
  stop(): Promise<void>;
}

interface Subscription extends SubscriptionSecrets {
  readonly applicationServerKey: string;
}

const MAX_MESSAGE_BYTES = 4_096;
const MAX_TOKEN_LIFETIME_SECONDS = 86_400;

class Refusal extends Error {
  constructor(
    readonly status: number,
    reason: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(reason);
  }
}

export async function startBrowserPushService(): Promise<BrowserPushService> {
  const subscriptions = new Map<string, Subscription>();
  const received: ReceivedPush[] = [];
  const refused: { status: number; reason: string }[] = [];
  const planned: Refusal[] = [];
  const state = { subscriptionResponse: 'subscription' as BrowserPushService['subscriptionResponse'], waiting: 0 };
  let origin = '';

  function subscribe(applicationServerKey: string): BrowserSubscription {
    const endpoint = `${origin}/push/${randomUUID()}`;
    const keys = createECDH('prime256v1');
    const p256dh = keys.generateKeys('base64url');
    const auth = randomBytes(16);
    subscriptions.set(endpoint, { keys, auth, applicationServerKey });
    return { endpoint, keys: { p256dh, auth: auth.toString('base64url') } };
  }

  async function take({ headers, url }: IncomingMessage, body: Buffer): Promise<ReceivedPush> {
    const refusal = planned.shift();
    if (refusal !== undefined) throw refusal;
    const endpoint = origin + (url ?? '');
    const subscription = subscriptions.get(endpoint);
    if (subscription === undefined) throw new Refusal(410, 'The subscription is gone');
    const subject = await checkVapid(headers.authorization ?? '', subscription, origin);
    const ttlSeconds = Number(headers.ttl ?? Number.NaN);
    if (!(ttlSeconds >= 0)) throw new Refusal(400, 'TTL is missing (RFC 8030, section 5.2)');
    if (headers['content-encoding'] !== 'aes128gcm') throw new Refusal(400, 'The encoding must be aes128gcm');
    if (body.length > MAX_MESSAGE_BYTES) throw new Refusal(413, 'The message is too large');
    const payload = decrypt(body, subscription);
    return { endpoint, payload, ttlSeconds, urgency: text(headers.urgency), topic: text(headers.topic), subject };
  }

  const server = createServer((request, response) => {
    void readBody(request).then(async (body) => {
      response.setHeader('access-control-allow-origin', '*');
      if (request.url === '/subscriptions' && state.subscriptionResponse === 'nothing') {
        state.waiting++;
      } else if (request.url === '/subscriptions' && state.subscriptionResponse === 'refusal') {
        response.writeHead(503).end();
      } else if (request.method === 'POST' && request.url === '/subscriptions') {
        const { applicationServerKey } = JSON.parse(body.toString()) as { applicationServerKey: string };
        response.end(JSON.stringify(subscribe(applicationServerKey)));
      } else if (request.method === 'POST' && request.url === '/ended-subscriptions') {
        subscriptions.delete((JSON.parse(body.toString()) as { endpoint: string }).endpoint);
        response.writeHead(204).end();
      } else if (request.method === 'POST') {
        await respondToPush(request, response, body);
      } else {
        response.writeHead(405).end();
      }
    });
  });

  async function respondToPush(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    try {
      received.push(await take(request, body));
      response.writeHead(201, { location: `${origin}/messages/${randomUUID()}` }).end();
    } catch (error) {
      const { status, message, headers } = error instanceof Refusal ? error : new Refusal(500, String(error));
      refused.push({ status, reason: message });
      response.writeHead(status, headers).end(message);
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: origin,
    received,
    refused,
    get endpoints() {
      return [...subscriptions.keys()];
    },
    get subscriptionResponse() {
      return state.subscriptionResponse;
    },
    set subscriptionResponse(response) {
      state.subscriptionResponse = response;
      state.waiting = 0;
    },
    get waitingBrowsers() {
      return state.waiting;
    },
    subscribe,
    unsubscribe: (endpoint) => void subscriptions.delete(endpoint),
    refuseNext(count, status, retryAfter) {
      const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
      planned.push(...Array.from({ length: count }, () => new Refusal(status, 'Refused as the test wants', headers)));
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/**
 * Checks the VAPID token by RFC 8292, sections 2 to 4: `vapid t=<JWT>, k=<key>`, signed with the key of the
 * subscription.
 */
async function checkVapid(
  authorization: string,
  subscription: Subscription,
  origin: string,
): Promise<string | undefined> {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/i.exec(authorization) ?? [];
  if (token === '') throw new Refusal(401, 'There is no VAPID authorization');
  if (key !== subscription.applicationServerKey) throw new Refusal(403, 'The key is not the subscription’s');
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  try {
    const publicKey = await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ES256');
    const options = { algorithms: ['ES256'], audience: origin, requiredClaims: ['exp'] };
    const { payload } = await jwtVerify(token, publicKey, options);
    const lifetime = (payload.exp ?? 0) - Date.now() / 1_000;
    if (lifetime > MAX_TOKEN_LIFETIME_SECONDS) throw new Error('it is valid for more than a day');
    return payload.sub;
  } catch (error) {
    throw new Refusal(403, `The VAPID token is not valid: ${String(error)}`);
  }
}

function decrypt(body: Buffer, subscription: Subscription): string {
  try {
    return decryptPush(body, subscription);
  } catch (error) {
    throw new Refusal(400, `The message cannot be decrypted: ${String(error)}`);
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join() : header;
}
