import { createServer as createHttp1Server, type Server as Http1Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { ConnectionSettings } from '../settings.js';
import type { Exchange } from './exchange.js';
import { toHttp1Exchange } from './http1-exchange.js';
import { toHttp2Exchange } from './http2-exchange.js';

export type Protocol = 'h2' | 'http/1.1';

interface TlsOptions {
  readonly key: string;
  readonly cert: string;
  /** What ALPN may choose, the preferred one first. */
  readonly protocols: readonly Protocol[];
}

/** The listener of all services: TLS, with HTTP/2 and HTTP/1.1 by ALPN (RFC 7301). */
export class TlsServer {
  private readonly tls: Server;
  private readonly http1: Http1Server;
  private readonly http2: Http2Server;
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly sockets = new Set<Socket>();
  private readonly served = new WeakMap<object, number>();
  private opened = 0;

  constructor(
    { protocols, ...certificate }: TlsOptions,
    private readonly settings: () => ConnectionSettings,
    private readonly handle: (exchange: Exchange) => void,
  ) {
    this.http1 = createHttp1Server((request, response) => {
      this.handle(toHttp1Exchange(request, response, this.isLast(request.socket)));
    });
    this.http2 = createHttp2Server();
    this.http2.on('session', (session) => {
      this.greet(session);
    });
    this.http2.on('stream', (stream, headers) => {
      // A client that resets a stream is no fault of ours.
      stream.on('error', () => undefined);
      this.handle(toHttp2Exchange(stream, headers));
      // close() sends GOAWAY with the last stream that came, and waits for all that have come.
      if (this.isLast(stream.session ?? stream)) stream.session?.close();
    });
    this.tls = createServer({ ...certificate, ALPNProtocols: [...protocols] }, (socket) => {
      this.accept(socket);
    });
    // A client that does not trust the certificate, or that closes early.
    this.tls.on('tlsClientError', () => undefined);
  }

  /** Number of connections opened so far. */
  get connections(): number {
    return this.opened;
  }

  /** Listens on 127.0.0.1; resolves with the port. 0 takes a free one. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.tls.once('error', reject);
      this.tls.listen(port, '127.0.0.1', resolve);
    });
    return (this.tls.address() as AddressInfo).port;
  }

  /** Ends every HTTP/2 connection by GOAWAY; requests that have come are still responded to. */
  goAway(): void {
    for (const session of this.sessions) session.close();
  }

  /** Breaks every connection without a word. */
  breakConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.tls.close(resolve));
    this.breakConnections();
    await closed;
  }

  private accept(socket: TLSSocket): void {
    this.opened += 1;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.setNoDelay(true);
    this.http2.updateSettings({ maxConcurrentStreams: this.settings().maxConcurrentStreams });
    (socket.alpnProtocol === 'h2' ? this.http2 : this.http1).emit('connection', socket);
  }

  private greet(session: ServerHttp2Session): void {
    this.sessions.add(session);
    session.on('close', () => this.sessions.delete(session));
    session.on('error', () => undefined);
  }

  /** Counts a request of a connection, and says whether the settings allow no further one. */
  private isLast(connection: object): boolean {
    const served = (this.served.get(connection) ?? 0) + 1;
    this.served.set(connection, served);
    return served === this.settings().requestsPerConnection;
  }
}
