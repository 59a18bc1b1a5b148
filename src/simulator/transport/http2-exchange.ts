import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { collectBody, type Exchange, writeEndlessly } from './exchange.js';

/** A request over HTTP/2. A stream that is gone when it is responded to is left alone. */
export function toHttp2Exchange(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Exchange {
  const isGone = (): boolean => stream.destroyed || stream.closed;
  return {
    protocol: 'HTTP/2',
    method: headers[':method'] ?? '',
    origin: `https://${headers[':authority'] ?? headers.host ?? ''}`,
    path: headers[':path'] ?? '',
    headers,
    get isGone() {
      return isGone();
    },
    readBody: (maxBytes) => collectBody(stream, maxBytes),
    respond(status, responseHeaders, body) {
      if (isGone()) return;
      stream.respond({ ':status': status, ...responseHeaders }, { endStream: body === '' });
      if (body !== '') stream.end(body);
    },
    respondEndlessly(status) {
      if (isGone()) return;
      stream.respond({ ':status': status });
      writeEndlessly(stream);
    },
    reset(isRefused) {
      if (isGone()) return;
      stream.close(isRefused ? constants.NGHTTP2_REFUSED_STREAM : constants.NGHTTP2_INTERNAL_ERROR);
    },
  };
}
