/**
 * The stand-in PushApi: parses every call and responds by the contract. It does nothing else, because it
 * shares the cores.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readArgument, serveCommands } from '../child.js';

export type PushApiCommand = 'reset' | 'counts';

/** Counts since the last reset. */
export interface PushApiCounts {
  readonly calls: number;
  /** Device tokens and subscriptions. */
  readonly contacts: number;
  /** Subscriptions with tracking endpoints of their own. */
  readonly tracked: number;
  /** Tokens checked with `GET /devices/{token}`. */
  readonly checks: number;
}

interface MessageBody {
  readonly tokens: readonly string[];
}

interface Subscription {
  readonly endpoint: string;
  readonly p256DH: string;
  readonly auth: string;
  readonly subscriptionExtraData: { readonly receivedEventEndpoint?: unknown } | null;
}

interface WebPushBody {
  readonly subscriptions: readonly Subscription[];
}

await readArgument();
let counts = { calls: 0, contacts: 0, tracked: 0, checks: 0 };

function messageResponse({ tokens }: MessageBody): string {
  counts.calls += 1;
  counts.contacts += tokens.length;
  const items = tokens.map(
    (token) => `{"messageId":"m","isSuccess":true,"deviceToken":${JSON.stringify(token)},"exception":null}`,
  );
  return `{"responses":[${items.join(',')}],"successCount":${tokens.length},"failureCount":0}`;
}

function webPushResponse({ subscriptions }: WebPushBody): string {
  counts.calls += 1;
  counts.contacts += subscriptions.length;
  const items = subscriptions.map(({ endpoint, p256DH, auth, subscriptionExtraData }) => {
    if (typeof subscriptionExtraData?.receivedEventEndpoint === 'string') counts.tracked += 1;
    return `{"isSuccess":true,"subscription":${JSON.stringify({ endpoint, p256DH, auth })},"exception":null}`;
  });
  return `{"responses":[${items.join(',')}],"successCount":${subscriptions.length},"failureCount":0}`;
}

function respond(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function respondToCall(request: IncomingMessage, response: ServerResponse, body: string): void {
  if (request.url === '/message') respond(response, 200, messageResponse(JSON.parse(body) as MessageBody));
  else if (request.url === '/webpush') respond(response, 200, webPushResponse(JSON.parse(body) as WebPushBody));
  else respond(response, 404, '{}');
}

const DEVICES = '/devices/';

const server = createServer((request, response) => {
  if (request.method === 'GET' && request.url?.startsWith(DEVICES) === true) {
    counts.checks += 1;
    const token = decodeURIComponent(request.url.slice(DEVICES.length));
    respond(response, 200, `{"token":${JSON.stringify(token)},"isValid":true}`);
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    respondToCall(request, response, Buffer.concat(chunks).toString('utf8'));
  });
});
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => {
  serveCommands({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, (command: PushApiCommand) => {
    if (command === 'reset') counts = { calls: 0, contacts: 0, tracked: 0, checks: 0 };
    return counts;
  });
});
