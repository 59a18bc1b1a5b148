import type { IncomingHttpHeaders } from 'node:http';

/** One request and its response, over HTTP/1.1 or HTTP/2. */
export interface Exchange {
  readonly protocol: 'HTTP/1.1' | 'HTTP/2';
  readonly method: string;
  /** Scheme, host and port that the client asked for. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Whether the client has given up, or its connection is broken: no response can reach it. */
  readonly isGone: boolean;
  /** Resolves with the beginning of the body, up to `maxBytes` and one; never when the client gives up. */
  readBody(maxBytes: number): Promise<Buffer>;
  respond(status: number, headers: Readonly<Record<string, string>>, body: string): void;
  /** Responds with a body that has no end. */
  respondEndlessly(status: number): void;
  /**
   * Resets the stream with REFUSED_STREAM (RFC 9113, section 8.7) or INTERNAL_ERROR; closes a connection of
   * HTTP/1.1.
   */
  reset(isRefused: boolean): void;
}

const CHUNK = 'x'.repeat(65_536);

/** Writes until the client closes; waits while it does not read. */
export function writeEndlessly(target: NodeJS.WritableStream & { readonly destroyed: boolean }): void {
  const write = (): void => {
    if (!target.destroyed) target.write(CHUNK, write);
  };
  write();
}

/** Collects a body up to `maxBytes` and one more; the rest is read and thrown away. */
export function collectBody(source: NodeJS.ReadableStream, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    source.on('data', (chunk: Buffer) => {
      if (bytes <= maxBytes) chunks.push(chunk);
      bytes += chunk.length;
    });
    source.on('end', () => {
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
  });
}
