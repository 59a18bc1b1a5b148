/**
 * Load on one route: open connections with one request in flight each. It speaks HTTP/1.1 on raw sockets,
 * because a client library would take more of the two cores than the servers that are measured.
 */
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { readArgument, serveCommands } from '../child.js';
import { idEncryption, linkSigning } from '../encrypted-ids.js';
import { newDeviceToken } from '../seed.js';

export interface HttpLoadCommand {
  /** Address of the server. */
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly request: RegisterRequests | TrackingRequests;
}

/** `POST /push-contacts`, each with its own device token. */
interface RegisterRequests {
  readonly kind: 'register';
  readonly domain: string;
}

/** `POST …/received` with the links of the process's argument. */
interface TrackingRequests {
  readonly kind: 'tracking';
}

/** Contacts and message of the tracking links; empty for other requests. */
export interface HttpLoadArgument {
  readonly encryption: { readonly key: string; readonly iv: string };
  readonly contactIds: readonly string[];
  readonly messageId: string;
}

export interface HttpLoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
}

/** Longer than any measurement. */
const LINK_HOURS = 24;

const { encryption, contactIds, messageId } = (await readArgument()) as HttpLoadArgument;
const encrypt = idEncryption(encryption);
const encryptedMessageId = encrypt(messageId);
const sign = linkSigning(encryption);
const expires = (Math.floor(Date.now() / 3_600_000) + LINK_HOURS).toString(36);
const trackingPaths = contactIds.map((id) => {
  const path = `/push-contacts/${encrypt(id)}/messages/${encryptedMessageId}/received`;
  return `${path}?s=${expires}${sign(id, messageId, expires)}`;
});
let nextPath = 0;

function newRequest(host: string, request: HttpLoadCommand['request']): string {
  if (request.kind === 'tracking') {
    const path = trackingPaths[nextPath++ % trackingPaths.length] ?? '';
    return `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 0\r\n\r\n`;
  }
  const body = JSON.stringify({
    domain: request.domain,
    deviceToken: newDeviceToken(),
    email: 'visitor@example.com',
    visitorGuid: randomUUID(),
  });
  const headers = `host: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
  return `POST /push-contacts HTTP/1.1\r\n${headers}\r\n\r\n${body}`;
}

/**
 * Returns the end of the response at the start of `text`, or undefined if it is incomplete. Throws unless the
 * status is 200 or 202.
 */
function endOfResponse(text: string): number | undefined {
  const endOfHead = text.indexOf('\r\n\r\n');
  if (endOfHead < 0) return undefined;
  const head = text.slice(0, endOfHead);
  if (!/^HTTP\/1\.1 20[02] /.test(head)) throw new Error(`the server answered ${text}`);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`the answer has no length: ${head}`);
  const end = endOfHead + 4 + Number(length);
  return text.length < end ? undefined : end;
}

/** Sends one request after the other until the deadline. Resolves after the last response. */
function runConnection(command: HttpLoadCommand, deadline: number, latencies: number[]): Promise<void> {
  const { hostname, port, host } = new URL(command.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let sentAt = 0;
    let received = '';
    let isDone = false;
    const sendNext = (): void => {
      sentAt = performance.now();
      isDone = sentAt >= deadline;
      if (isDone) socket.end();
      else socket.write(newRequest(host, command.request));
    };
    socket.setEncoding('latin1');
    socket.on('connect', sendNext);
    socket.on('data', (text: string) => {
      received += text;
      try {
        const end = endOfResponse(received);
        if (end === undefined) return;
        received = received.slice(end);
        latencies.push(performance.now() - sentAt);
        sendNext();
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (isDone) resolve();
      else reject(new Error('the server closed the connection'));
    });
  });
}

async function run(command: HttpLoadCommand): Promise<HttpLoadResult> {
  const started = performance.now();
  const deadline = started + command.seconds * 1_000;
  const latencies: number[] = [];
  await Promise.all(Array.from({ length: command.connections }, () => runConnection(command, deadline, latencies)));
  const sorted = Float64Array.from(latencies).sort();
  const percentile = (share: number): number => Number((sorted[Math.floor(sorted.length * share)] ?? NaN).toFixed(1));
  return {
    requests: latencies.length,
    seconds: (performance.now() - started) / 1_000,
    p50: percentile(0.5),
    p99: percentile(0.99),
  };
}

serveCommands(null, run);
