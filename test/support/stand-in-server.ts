import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StandInRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface StandInAnswer {
  readonly status: number;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string;
  /** The connection ends after half of the body. */
  readonly isCut?: boolean;
  readonly headers?: Record<string, string>;
  /** Called when the whole answer has left. */
  readonly onSent?: () => void;
}

export interface StandInServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** A local HTTP server that speaks JSON and answers by `handle`. */
export async function startStandInServer(
  handle: (request: StandInRequest) => StandInAnswer | Promise<StandInAnswer>,
): Promise<StandInServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const { method = '', url: path = '', headers } = request;
      void Promise.resolve(handle({ method, path, headers, body: text === '' ? undefined : JSON.parse(text) })).then(
        (answer) => {
          send(response, answer);
        },
      );
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

function send(response: ServerResponse, { status, body, raw, isCut, headers, onSent }: StandInAnswer): void {
  const content = Buffer.from(raw ?? (body === undefined ? '' : JSON.stringify(body)));
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
