import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importJWK, jwtVerify } from 'jose';
import { TestSubscription } from './subscriptions.js';

/** What the push service does with every message to a subscription. */
export type Behaviour =
  | 'created'
  | 'not-found'
  | 'gone'
  | 'too-many'
  | 'too-many-until'
  | 'error'
  | 'too-large'
  | 'small'
  | 'redirect'
  | 'reset'
  | 'hang'
  | 'endless'
  | 'endless-created';

/** A message that the push service took, as the browser would read it. */
export interface PushedMessage {
  readonly endpoint: string;
  readonly payload: unknown;
  readonly encryptedBytes: number;
  readonly headers: IncomingMessage['headers'];
}

/** A browser vendor's push service, played locally: it checks who sends and what, as a real one and the browser would. */
export interface StandInPushService {
  readonly url: string;
  /** `host:port`, for PUSH_SERVICE_HOSTS. */
  readonly host: string;
  readonly messages: readonly PushedMessage[];
  /** What was wrong with requests: each would have been refused by a real service, or be unreadable to the browser. */
  readonly faults: readonly string[];
  /** Connections that were opened so far. */
  readonly connections: number;
  /** Makes a subscription, which belongs to the VAPID key `applicationServerKey`. */
  subscribe(behaviour: Behaviour, applicationServerKey: string): TestSubscription;
  stop(): Promise<void>;
}

export const RETRY_AFTER_SECONDS = 7;

const SMALL_LIMIT_BYTES = 2_048;
const DAY_SECONDS = 86_400;

interface Subscribed {
  readonly subscription: TestSubscription;
  readonly behaviour: Behaviour;
  readonly applicationServerKey: string;
}

export async function startStandInPushService(): Promise<StandInPushService> {
  const subscribed = new Map<string, Subscribed>();
  const messages: PushedMessage[] = [];
  const faults: string[] = [];
  /** As real services do: a sender's token comes with thousands of messages, and is verified once. */
  const verified = new Set<string>();
  let connections = 0;

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const endpoint = `${url}${request.url ?? ''}`;
    const known = subscribed.get(endpoint);
    if (known === undefined) throw new Error(`${request.method ?? ''} ${endpoint}: nobody subscribed here`);
    await checkSender(request, known.applicationServerKey, url, verified);
    const payload: unknown = JSON.parse(known.subscription.decrypt(body));
    messages.push({ endpoint, payload, encryptedBytes: body.length, headers: request.headers });
    answer(response, known.behaviour, body.length);
  }

  const server = createServer((request, response) => {
    receive(request, response).catch((error: unknown) => {
      faults.push(String(error));
      response.writeHead(403).end();
    });
  });
  server.on('connection', () => (connections += 1));
  // A test that fails before it stops the server shall end all the same.
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `http://${host}`;

  return {
    url,
    host,
    messages,
    faults,
    get connections() {
      return connections;
    },
    subscribe(behaviour, applicationServerKey) {
      const subscription = new TestSubscription(`${url}/${behaviour}/${subscribed.size}`);
      subscribed.set(subscription.endpoint, { subscription, behaviour, applicationServerKey });
      return subscription;
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

/** RFC 8030, section 5, and RFC 8292: throws with what is wrong. */
async function checkSender(
  { method, headers }: IncomingMessage,
  key: string,
  origin: string,
  verified: Set<string>,
): Promise<void> {
  if (method !== 'POST') throw new Error(`method ${method ?? ''}`);
  if (headers['content-encoding'] !== 'aes128gcm') throw new Error('content-encoding');
  if (!/^\d+$/.test(String(headers.ttl))) throw new Error('ttl');
  const [, token = '', sender] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(headers.authorization ?? '') ?? [];
  if (sender !== key) throw new Error('the VAPID key is not the one that was subscribed with');
  if (verified.has(token)) return;
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)];
  const jwk = { kty: 'EC', crv: 'P-256', x: x.toString('base64url'), y: y.toString('base64url') };
  const { payload } = await jwtVerify(token, await importJWK(jwk, 'ES256'), {
    algorithms: ['ES256'],
    audience: origin,
    requiredClaims: ['exp', 'sub'],
  });
  if ((payload.exp ?? Infinity) > Date.now() / 1_000 + DAY_SECONDS) throw new Error('exp is more than a day ahead');
  if (!/^(mailto:|https:)/.test(payload.sub ?? '')) throw new Error('sub');
  verified.add(token);
}

function answer(response: ServerResponse, behaviour: Behaviour, bytes: number): void {
  switch (behaviour) {
    case 'created':
      response.writeHead(201, { location: '/message/1' }).end();
      return;
    case 'not-found':
      response.writeHead(404).end();
      return;
    case 'gone':
      response.writeHead(410).end('{"reason":"ExpiredSubscription"}');
      return;
    case 'too-many':
      response.writeHead(429, { 'retry-after': String(RETRY_AFTER_SECONDS) }).end();
      return;
    case 'too-many-until':
      response.writeHead(429, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }).end();
      return;
    case 'error':
      response.writeHead(500).end('<html>\n oops');
      return;
    case 'too-large':
      response.writeHead(413).end();
      return;
    case 'small':
      response.writeHead(bytes > SMALL_LIMIT_BYTES ? 413 : 201).end();
      return;
    case 'redirect':
      response.writeHead(307, { location: '/internal' }).end();
      return;
    case 'reset':
      response.socket?.destroy();
      return;
    case 'hang':
      return;
    case 'endless':
      writeEndlessly(response.writeHead(400));
      return;
    case 'endless-created':
      writeEndlessly(response.writeHead(201));
      return;
  }
}

function writeEndlessly(response: ServerResponse): void {
  const write = (): void => {
    if (!response.destroyed) response.write('x'.repeat(65_536), write);
  };
  write();
}
