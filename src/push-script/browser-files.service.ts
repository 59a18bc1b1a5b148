import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import Negotiator from 'negotiator';

const CONTENT_TYPES = {
  'push-script.js': 'text/javascript; charset=utf-8',
  'push-service-worker.js': 'text/javascript; charset=utf-8',
  'connection.js': 'text/javascript; charset=utf-8',
  'soft-prompt.js': 'text/javascript; charset=utf-8',
  'push-script.d.ts': 'text/plain; charset=utf-8',
  'subscribe.html': 'text/html; charset=utf-8',
  'subscribe.js': 'text/javascript; charset=utf-8',
} as const;

type FileName = keyof typeof CONTENT_TYPES;

/** Content codings (RFC 9110, section 8.4.1), best first, with their compression. */
const ENCODERS = {
  br: (content: Buffer) => brotliCompressSync(content),
  gzip: (content: Buffer) => gzipSync(content, { level: 9 }),
  identity: (content: Buffer) => content,
} as const;
const ENCODINGS = Object.keys(ENCODERS) as (keyof typeof ENCODERS)[];

/** The library's declarations lack the option, which orders codings that the client prefers equally. */
interface EncodingNegotiator {
  encodings(available: readonly string[], options: { readonly preferred: readonly string[] }): string[];
}

interface Representation {
  readonly content: Buffer;
  /** A strong entity tag (RFC 9110, section 8.8.3): a hash of the encoded content. */
  readonly etag: string;
}

interface BrowserFile {
  readonly contentType: string;
  /** By content coding. */
  readonly representations: ReadonlyMap<string, Representation>;
  /** As `?v=` of the script's imports, which the build writes: the first 8 hex digits of the SHA-256. */
  readonly version: string;
}

/** A response with a file for a browser; status 304 without content when the browser has it already. */
export interface BrowserFileResponse {
  readonly status: 200 | 304;
  readonly content: Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Serves the files that the build bundles for browsers: beside this module, read and compressed once. */
@Injectable()
export class BrowserFilesService {
  private readonly files = new Map(
    Object.entries(CONTENT_TYPES).map(([name, contentType]) => [name, readBrowserFile(name, contentType)]),
  );

  /**
   * Returns the response for a file: compressed as `Accept-Encoding` prefers (RFC 9110, section 12.5.3), and
   * empty when `If-None-Match`, a list of entity tags or `*`, has it already.
   * @param version asked for; the response to the present one never changes and is cached for a year, any
   * other for an hour.
   */
  toResponse(name: FileName, requestHeaders: IncomingHttpHeaders, version?: string): BrowserFileResponse {
    const file = this.files.get(name);
    const encoding = chooseEncoding(requestHeaders);
    const representation = file?.representations.get(encoding);
    if (file === undefined || representation === undefined) throw new Error(`The build has no ${name}`);
    const { content, etag } = representation;
    const headers = {
      'content-type': file.contentType,
      'cache-control': version === file.version ? 'public,max-age=31536000,immutable' : 'public,max-age=3600',
      vary: 'accept-encoding',
      etag,
      ...(encoding !== 'identity' && { 'content-encoding': encoding }),
    };
    const known = requestHeaders['if-none-match'] ?? '';
    const isKnown = known.trim() === '*' || known.includes(etag);
    return { status: isKnown ? 304 : 200, content: isKnown ? undefined : content, headers };
  }
}

/** A client that refuses every coding, this content's own included, gets the content as it is. */
function chooseEncoding(headers: IncomingHttpHeaders): string {
  const negotiator: EncodingNegotiator = new Negotiator({ headers });
  const [encoding = 'identity'] = negotiator.encodings(ENCODINGS, { preferred: ENCODINGS });
  return encoding;
}

function readBrowserFile(name: string, contentType: string): BrowserFile {
  const content = readFileSync(new URL(name, import.meta.url));
  const representations = new Map(
    ENCODINGS.map((encoding) => {
      const encoded = ENCODERS[encoding](content);
      return [encoding, { content: encoded, etag: `"${hash(encoded).toString('base64url')}"` }];
    }),
  );
  return { contentType, representations, version: hash(content).toString('hex').slice(0, 8) };
}

function hash(content: Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}
