import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request of a browser. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** Parsed if it is JSON; undefined if it is empty. */
  readonly body: unknown;
}

export interface RecordedResponse {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A local web server that browsers of any origin may call. It records all requests except preflights. */
export interface RecordingServer {
  readonly port: number;
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  stop(): Promise<void>;
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': '*',
};

export async function startRecordingServer(
  respond: (request: RecordedRequest) => RecordedResponse,
): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '' } = request;
      if (method === 'OPTIONS') {
        response.writeHead(204, CORS).end();
        return;
      }
      const text = Buffer.concat(chunks).toString('utf8');
      const recorded = { method, path, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
      requests.push(recorded);
      const { status = 200, type = 'text/html; charset=utf-8', body = '', headers } = respond(recorded);
      response.writeHead(status, { ...CORS, 'content-type': type, ...headers }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
