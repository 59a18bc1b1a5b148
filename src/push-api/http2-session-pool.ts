import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';
import type { Socket } from 'node:net';
import type { CallDeadline } from './call-deadline.js';
import { type PushServiceResponse, toDetails } from './push-service-response.js';

/** Streams of one session; a service may allow fewer (RFC 9113, section 6.5.2). */
const MAX_STREAMS = 100;

/** Sessions of one pool. */
const MAX_SESSIONS = 10;

/** The next session is opened when the others together have less than this share of their streams free. */
const OPEN_AHEAD_SHARE = 0.2;

/** An unused session is closed after this time. */
const IDLE_MS = 30_000;

/** How often a request that its service has not begun to process is sent again, on another session. */
const MAX_ATTEMPTS = 3;

export interface Http2Request {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** How much of the response's body is read. */
  readonly maxBodyBytes: number;
  /** Milliseconds within which the service must respond, and the time of the call that the request is of. */
  readonly timeoutMs: number;
  readonly deadline: CallDeadline;
}

/** The service has not responded in time. */
export class Http2TimeoutError extends Error {}

/** The connection ended before the response; whether the request was processed is unknown. */
export class Http2ConnectionError extends Error {}

/** The service has said that it did not process the request, or it was never sent: it may be sent again. */
class UnprocessedError extends Error {}

interface Session {
  readonly http2: ClientHttp2Session;
  readonly socket: Socket;
  streams: number;
  /** It takes no new streams: its service is going away, or has fallen silent. */
  isDraining: boolean;
  /** Streams after this one were not processed (RFC 9113, section 6.8). */
  lastProcessedId: number;
}

interface Waiting {
  readonly resolve: (session: Session) => void;
  readonly reject: (error: Error) => void;
}

/**
 * HTTP/2 sessions to one origin: requests are multiplexed, sessions are opened before they are needed and
 * replaced when they end. A request that its service has certainly not processed (a GOAWAY with an earlier
 * stream, REFUSED_STREAM: RFC 9113, sections 6.8 and 8.7) is sent again; no other is.
 */
export class Http2SessionPool {
  private readonly sessions = new Set<Session>();
  private readonly waiting: Waiting[] = [];
  private isOpening = false;
  private isClosed = false;
  /** Node.js would add the default port, with which some services do not know themselves. */
  private readonly authority: string;

  /** @param openSocket resolves with a socket that has negotiated HTTP/2. */
  constructor(
    private readonly origin: string,
    private readonly openSocket: () => Promise<Socket>,
  ) {
    this.authority = new URL(origin).host;
  }

  /** Adds a session on a socket that has negotiated HTTP/2. */
  add(socket: Socket): void {
    const http2 = connect(this.origin, { createConnection: () => socket });
    const session: Session = { http2, socket, streams: 0, isDraining: false, lastProcessedId: Infinity };
    this.sessions.add(session);
    http2.on('goaway', (_code: number, lastStreamId: number) => {
      session.lastProcessedId = lastStreamId;
      this.drain(session);
    });
    // Its streams fail with it, and say so.
    http2.on('error', () => undefined);
    http2.on('close', () => {
      session.isDraining = true;
      this.sessions.delete(session);
      this.serveWaiting();
    });
    http2.setTimeout(IDLE_MS, () => {
      if (session.streams === 0) this.drain(session);
    });
    this.serveWaiting();
  }

  /**
   * Sends a POST. Resolves with the response. Rejects with Http2TimeoutError, with Http2ConnectionError, or
   * with the error of a session that could not be opened.
   */
  async post(request: Http2Request): Promise<PushServiceResponse> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const response = await this.attempt(request);
      if (response !== undefined) return response;
    }
    throw new Http2ConnectionError('The service does not process the request');
  }

  /** Resolves with undefined when the service has not processed the request. */
  private async attempt(request: Http2Request): Promise<PushServiceResponse | undefined> {
    const session = this.take() ?? (await this.waitForSession(request.deadline));
    try {
      // What would be sent now, its caller has given up already, and would send again.
      if (request.deadline.aborted) throw new Http2ConnectionError('The call is over');
      return await postOn(session, this.authority, request);
    } catch (error) {
      if (error instanceof UnprocessedError) return undefined;
      if (error instanceof Http2TimeoutError) session.isDraining = true;
      throw error;
    } finally {
      this.giveBack(session);
    }
  }

  /** Closes the sessions after the requests that are in progress. */
  async close(): Promise<void> {
    this.isClosed = true;
    const ends = [...this.sessions].map(({ http2 }) => new Promise((resolve) => http2.once('close', resolve)));
    for (const session of this.sessions) this.drain(session);
    await Promise.all(ends);
  }

  /** Takes a stream of the session that has most of them left. */
  private take(): Session | undefined {
    let best: Session | undefined;
    let free = 0;
    let total = 0;
    for (const session of this.sessions) {
      if (session.isDraining) continue;
      const max = maxStreams(session);
      total += max;
      free += Math.max(0, max - session.streams);
      if (session.streams < max && (best === undefined || session.streams < best.streams)) best = session;
    }
    if (free <= total * OPEN_AHEAD_SHARE) this.open();
    if (best !== undefined) best.streams += 1;
    return best;
  }

  private giveBack(session: Session): void {
    session.streams -= 1;
    if (session.isDraining) this.drain(session);
    this.serveWaiting();
  }

  /** Rejects with Http2TimeoutError when there is none until the call is over. */
  private waitForSession(deadline: CallDeadline): Promise<Session> {
    return new Promise((resolve, reject) => {
      const waiting = {
        resolve: (session: Session): void => {
          deadline.off('abort', giveUp);
          resolve(session);
        },
        reject: (error: Error): void => {
          deadline.off('abort', giveUp);
          reject(error);
        },
      };
      const giveUp = (): void => {
        this.waiting.splice(this.waiting.indexOf(waiting), 1);
        reject(new Http2TimeoutError('There was no session in time'));
      };
      deadline.once('abort', giveUp);
      this.waiting.push(waiting);
    });
  }

  private serveWaiting(): void {
    while (this.waiting.length > 0) {
      const session = this.take();
      if (session === undefined) return;
      this.waiting.shift()?.resolve(session);
    }
  }

  private open(): void {
    if (this.isClosed || this.isOpening || this.sessions.size >= MAX_SESSIONS) return;
    this.isOpening = true;
    this.openSocket().then(
      (socket) => {
        this.isOpening = false;
        if (this.isClosed) socket.destroy();
        else this.add(socket);
      },
      (error: unknown) => {
        this.isOpening = false;
        // Sessions that are open serve them later; without any, nothing would.
        if (this.sessions.size > 0) return;
        for (const { reject } of this.waiting.splice(0)) reject(error as Error);
      },
    );
  }

  private drain(session: Session): void {
    session.isDraining = true;
    if (session.streams > 0) return;
    session.http2.destroy();
    // Node.js would wait for the service to close its side, which a silent one never does.
    session.socket.destroy();
  }
}

function maxStreams({ http2 }: Session): number {
  return Math.min(http2.remoteSettings.maxConcurrentStreams ?? MAX_STREAMS, MAX_STREAMS);
}

function postOn(session: Session, authority: string, request: Http2Request): Promise<PushServiceResponse> {
  const { path, headers, body, maxBodyBytes, timeoutMs, deadline } = request;
  return new Promise((resolve, reject) => {
    let stream: ClientHttp2Stream;
    try {
      stream = session.http2.request({ ':method': 'POST', ':authority': authority, ':path': path, ...headers });
    } catch {
      // The session ended while the request waited for it.
      session.isDraining = true;
      reject(new UnprocessedError());
      return;
    }
    let response: IncomingHttpHeaders | undefined;
    let bytes = 0;
    const chunks: Buffer[] = [];
    const timer = setTimeout(
      () => {
        // At once: a session whose connection takes nothing more never closes its streams.
        if (response === undefined) reject(new Http2TimeoutError('The service did not respond in time'));
        else resolve(toResponse(response, toDetails(chunks, maxBodyBytes)));
        stream.close(constants.NGHTTP2_CANCEL);
      },
      Math.min(timeoutMs, deadline.remainingMs),
    );
    stream.on('response', (received) => {
      response = received;
    });
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= maxBodyBytes) stream.close(constants.NGHTTP2_CANCEL);
    });
    // What failed is read at the end.
    stream.on('error', () => undefined);
    stream.on('close', () => {
      clearTimeout(timer);
      if (response !== undefined) resolve(toResponse(response, toDetails(chunks, maxBodyBytes)));
      else reject(isUnprocessed(session, stream) ? new UnprocessedError() : new Http2ConnectionError('No response'));
    });
    stream.end(body);
  });
}

function isUnprocessed({ lastProcessedId }: Session, { id, rstCode }: ClientHttp2Stream): boolean {
  return rstCode === constants.NGHTTP2_REFUSED_STREAM || id === undefined || id > lastProcessedId;
}

function toResponse(headers: IncomingHttpHeaders, details: string): PushServiceResponse {
  return { status: Number(headers[':status']), retryAfter: headers['retry-after'], details };
}
