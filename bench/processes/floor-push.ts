/**
 * Sends to push services, or to FCM's v1 API, with `node:http2` and `node:crypto` alone: a few sessions, one
 * stream for each message, and nothing that could go wrong is handled.
 */
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2';
import { readArgument, serveCommands } from '../child.js';
import {
  BODY,
  trackingLinksOf,
  payloadFor,
  type Recipients,
  type SentSubscription,
  TITLE,
  TTL_SECONDS,
} from '../notification.js';
import { encryptByNode } from '../web-push-floor.js';

export interface FloorPushArgument {
  /** Where the services listen, and the paths of their certificate and of a service account's credentials. */
  readonly origin: string;
  readonly certificate: string;
  readonly account: string;
  readonly vapid: { readonly publicKey: string; readonly privateKey: string; readonly subject: string };
}

/** Recipients to remember, or to send to those that are remembered. */
export type BareCommand = Recipients | 'send';

const SESSIONS = 10;

/** SETTINGS_MAX_CONCURRENT_STREAMS of the push services. */
const STREAMS_A_SESSION = 100;

const HOST = 'fcm.googleapis.com';
const OAUTH_HOST = 'oauth2.googleapis.com';
const TOKEN_SECONDS = 3_600;

const argument = (await readArgument()) as FloorPushArgument;
const ca = readFileSync(argument.certificate);

interface Answer {
  readonly status: number;
  readonly text: string;
}

function post(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':authority': HOST,
      'content-length': body.length,
      ...headers,
    });
    let status = 0;
    let text = '';
    stream.on('response', (response) => (status = response[':status'] ?? 0));
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    stream.on('end', () => {
      resolve({ status, text });
    });
    stream.on('error', reject);
    stream.end(body);
  });
}

function toJwt(header: object, claims: object, key: Parameters<typeof sign>[2]): string {
  const [head, body] = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const content = `${head ?? ''}.${body ?? ''}`;
  return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}

/** RFC 8292, section 2; one for all messages. */
function vapidHeader(): string {
  const { publicKey, privateKey, subject } = argument.vapid;
  const point = Buffer.from(publicKey, 'base64url');
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  const key = createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y, d: privateKey } });
  const claims = { aud: `https://${HOST}`, exp: nowSeconds() + TOKEN_SECONDS, sub: subject };
  return `vapid t=${toJwt({ typ: 'JWT', alg: 'ES256' }, claims, { key, dsaEncoding: 'ieee-p1363' })}, k=${publicKey}`;
}

async function fetchAccessToken(session: ClientHttp2Session, account: Record<string, string>): Promise<string> {
  const now = nowSeconds();
  const claims = {
    iss: account.client_email,
    aud: account.token_uri,
    scope: 'https://www.googleapis.com/auth/firebase.messaging',
    iat: now,
    exp: now + TOKEN_SECONDS,
  };
  const assertion = toJwt({ typ: 'JWT', alg: 'RS256' }, claims, account.private_key ?? '');
  const form = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
  const headers = { ':authority': OAUTH_HOST, ':path': '/token', 'content-type': 'application/x-www-form-urlencoded' };
  const { text } = await post(session, headers, Buffer.from(form.toString()));
  return (JSON.parse(text) as { access_token: string }).access_token;
}

type Send = (session: ClientHttp2Session) => Promise<Answer>;

function toSubscription(authorization: string, { endpoint, keys }: SentSubscription, index: number): Send {
  const headers = {
    ':path': endpoint.slice(`https://${HOST}`.length),
    ttl: String(TTL_SECONDS),
    authorization,
    'content-encoding': 'aes128gcm',
    'content-type': 'application/octet-stream',
  };
  const links = trackingLinksOf(index);
  return (session) => post(session, headers, encryptByNode(keys, Buffer.from(payloadFor(links))));
}

function toDevice(authorization: string, path: string, token: string): Send {
  const headers = { ':path': path, authorization, 'content-type': 'application/json' };
  const message = { token, notification: { title: TITLE, body: BODY } };
  return (session) => post(session, headers, Buffer.from(JSON.stringify({ message })));
}

async function prepare(recipients: Recipients, session: ClientHttp2Session): Promise<Send[]> {
  if (recipients.kind === 'subscriptions') {
    const authorization = vapidHeader();
    return recipients.subscriptions.map((subscription, index) => toSubscription(authorization, subscription, index));
  }
  const account = JSON.parse(readFileSync(argument.account, 'utf8')) as Record<string, string>;
  const authorization = `Bearer ${await fetchAccessToken(session, account)}`;
  const path = `/v1/projects/${account.project_id ?? ''}/messages:send`;
  return recipients.tokens.map((token) => toDevice(authorization, path, token));
}

/** Resolves with the seconds; throws unless every message is accepted. */
async function send(recipients: Recipients): Promise<number> {
  const sessions = Array.from({ length: SESSIONS }, () => connect(argument.origin, { ca, servername: HOST }));
  const [first] = sessions;
  if (first === undefined) throw new Error('There is no session');
  const sends = (await prepare(recipients, first)).values();
  const started = performance.now();
  const sendNext = async (session: ClientHttp2Session): Promise<void> => {
    for (const each of sends) {
      const { status, text } = await each(session);
      if (status !== 200 && status !== 201) throw new Error(`A message was answered ${status}: ${text}`);
    }
  };
  await Promise.all(sessions.flatMap((session) => Array.from({ length: STREAMS_A_SESSION }, () => sendNext(session))));
  const seconds = (performance.now() - started) / 1_000;
  for (const session of sessions) session.close();
  return seconds;
}

let known: Recipients = { kind: 'tokens', tokens: [] };

serveCommands(null, (command: BareCommand) => {
  if (command === 'send') return send(known);
  known = command;
  return undefined;
});
