import type { IncomingMessage, ServerResponse } from 'node:http';
import { collectBody, type Exchange, writeEndlessly } from './exchange.js';

/** A request over HTTP/1.1; `isLast` announces that its connection is closed afterwards. */
export function toHttp1Exchange(request: IncomingMessage, response: ServerResponse, isLast: boolean): Exchange {
  if (isLast) response.setHeader('connection', 'close');
  return {
    protocol: 'HTTP/1.1',
    method: request.method ?? '',
    origin: `https://${request.headers.host ?? ''}`,
    path: request.url ?? '',
    headers: request.headers,
    get isGone() {
      return request.socket.destroyed || !request.socket.writable;
    },
    readBody: (maxBytes) => collectBody(request, maxBytes),
    respond(status, headers, body) {
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
    },
    respondEndlessly(status) {
      writeEndlessly(response.writeHead(status));
    },
    reset() {
      request.socket.destroy();
    },
  };
}
