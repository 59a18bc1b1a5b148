import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';

const CONTENT_TYPES = {
  'push-script.js': 'text/javascript; charset=utf-8',
  'push-service-worker.js': 'text/javascript; charset=utf-8',
  'push-script.d.ts': 'text/plain; charset=utf-8',
  'subscribe.html': 'text/html; charset=utf-8',
  'subscribe.js': 'text/javascript; charset=utf-8',
} as const;

type FileName = keyof typeof CONTENT_TYPES;

interface BrowserFile {
  readonly content: Buffer;
  readonly contentType: string;
  /** RFC 9110, section 8.8.3: strong, as the same content always gives the same one. */
  readonly etag: string;
}

/** A file for a browser; without content (304) when the browser has it already. */
export interface BrowserFileAnswer {
  readonly status: 200 | 304;
  readonly content: Buffer | undefined;
  readonly contentType: string;
  readonly etag: string;
}

/** Holds what the build has made for browsers; the files lie beside this module. */
@Injectable()
export class BrowserFilesService {
  private readonly files = new Map(
    Object.entries(CONTENT_TYPES).map(([name, contentType]) => [name, readBrowserFile(name, contentType)]),
  );

  /** @param knownEtags the request's `If-None-Match`: a list of entity tags, weak ones included, or `*`. */
  answer(name: FileName, knownEtags = ''): BrowserFileAnswer {
    const file = this.files.get(name);
    if (file === undefined) throw new Error(`The build has no ${name}`);
    const { content, contentType, etag } = file;
    const isKnown = knownEtags.trim() === '*' || knownEtags.includes(etag);
    return { status: isKnown ? 304 : 200, content: isKnown ? undefined : content, contentType, etag };
  }
}

function readBrowserFile(name: string, contentType: string): BrowserFile {
  const content = readFileSync(new URL(name, import.meta.url));
  const etag = `"${createHash('sha256').update(content).digest('base64url')}"`;
  return { content, contentType, etag };
}
