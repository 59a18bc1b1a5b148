import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import Negotiator from 'negotiator';

/** Content codings (RFC 9110, section 8.4.1), best first, with the ends of their files' names. */
const EXTENSIONS = { br: '.br', gzip: '.gz', identity: '' } as const;
const ENCODINGS = Object.keys(EXTENSIONS);

/** The library's declarations lack the option, which orders codings that the client prefers equally. */
interface EncodingNegotiator {
  encodings(available: readonly string[], options: { readonly preferred: readonly string[] }): string[];
}

interface Representation {
  readonly content: Buffer;
  /** A strong entity tag (RFC 9110, section 8.8.3): a hash of the encoded content. */
  readonly etag: string;
}

/** A response with a file for a browser; status 304 without content when the browser has it already. */
export interface StaticFileResponse {
  readonly status: 200 | 304;
  readonly content: Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** A file that the build made for browsers, and compressed beside it: read once. */
export class StaticFile {
  private readonly representations: ReadonlyMap<string, Representation>;
  /** As in `?v=` of the addresses that the build writes: the first 8 hex digits of the SHA-256. */
  private readonly version: string;

  /** Reads the file and its compressed forms. Throws when one does not exist. */
  constructor(
    url: URL,
    private readonly contentType: string,
  ) {
    this.representations = new Map(
      Object.entries(EXTENSIONS).map(([encoding, extension]) => {
        const content = readFileSync(new URL(url.href + extension));
        return [encoding, { content, etag: `"${hash(content).toString('base64url')}"` }];
      }),
    );
    this.version = hash(this.representationIn('identity').content).toString('hex').slice(0, 8);
  }

  /**
   * Returns the response: compressed as `Accept-Encoding` prefers (RFC 9110, section 12.5.3), and empty when
   * `If-None-Match`, a list of entity tags or `*`, has it already.
   * @param version asked for; the response to the present one never changes and is cached for a year.
   * @param otherwise `Cache-Control` of the response to any other version, and to none.
   */
  toResponse(requestHeaders: IncomingHttpHeaders, version: string | undefined, otherwise: string): StaticFileResponse {
    const encoding = chooseEncoding(requestHeaders);
    const { content, etag } = this.representationIn(encoding);
    const headers = {
      'content-type': this.contentType,
      'cache-control': version === this.version ? 'public,max-age=31536000,immutable' : otherwise,
      vary: 'accept-encoding',
      etag,
      ...(encoding !== 'identity' && { 'content-encoding': encoding }),
    };
    const known = requestHeaders['if-none-match'] ?? '';
    const isKnown = known.trim() === '*' || known.includes(etag);
    return { status: isKnown ? 304 : 200, content: isKnown ? undefined : content, headers };
  }

  private representationIn(encoding: string): Representation {
    const representation = this.representations.get(encoding);
    if (representation === undefined) throw new Error(`No representation in ${encoding}`);
    return representation;
  }
}

/** A client that refuses every coding, this content's own included, gets the content as it is. */
function chooseEncoding(headers: IncomingHttpHeaders): string {
  const negotiator: EncodingNegotiator = new Negotiator({ headers });
  const [encoding = 'identity'] = negotiator.encodings(ENCODINGS, { preferred: ENCODINGS });
  return encoding;
}

function hash(content: Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}
