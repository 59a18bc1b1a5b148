import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StandInRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  /** When its head had come; the body of a process that was frozen may follow much later. */
  readonly beganMs: number;
}

export interface StandInResponse {
  readonly status: number;
  readonly body?: unknown;
  /** Sent unchanged, instead of `body`. */
  readonly raw?: string;
  /** As `raw`, for what is no text. */
  readonly bytes?: Buffer;
  /** Closes the connection after half of the body. */
  readonly isCut?: boolean;
  readonly headers?: Record<string, string>;
  /** Called when the whole response has been sent. */
  readonly onSent?: () => void;
}

export interface StandInServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a local HTTP server that parses JSON and responds with the result of `handle`. */
export async function startStandInServer(
  handle: (request: StandInRequest) => StandInResponse | Promise<StandInResponse>,
): Promise<StandInServer> {
  const server = createServer((request, response) => {
    const beganMs = Date.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const { method = '', url: path = '', headers } = request;
      void Promise.resolve(
        handle({ method, path, headers, beganMs, body: text === '' ? undefined : JSON.parse(text) }),
      ).then((result) => {
        send(response, result);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, { status, body, raw, bytes, isCut, headers, onSent }: StandInResponse): void {
  const content = bytes ?? Buffer.from(raw ?? (body === undefined ? '' : JSON.stringify(body)));
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': String(content.length),
    ...headers,
  });
  if (isCut === true) {
    response.write(content.subarray(0, content.length / 2), () => response.destroy());
    return;
  }
  response.once('finish', () => onSent?.());
  response.end(content);
}
