import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { StaticFile, type StaticFileResponse } from '../core/http/static-file.js';

const CONTENT_TYPES = {
  'console.html': 'text/html; charset=utf-8',
  'console.css': 'text/css; charset=utf-8',
  'console.js': 'text/javascript; charset=utf-8',
} as const;

type FileName = keyof typeof CONTENT_TYPES;

/**
 * The console loads its own files alone, calls its own origin alone, and shows the images of messages. It has
 * no inline script or style, turns no text into markup (Trusted Types), and is in no frame (CSP Level 3).
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: https:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Serves the files that the build makes of the console's page: read once. */
@Injectable()
export class ConsoleFilesService {
  private readonly files = new Map(
    Object.entries(CONTENT_TYPES).map(([name, type]) => [
      name,
      new StaticFile(new URL(`page/${name}`, import.meta.url), type),
    ]),
  );

  /** Returns the response with the page, which browsers ask for each time: it names its files' versions. */
  toPage(requestHeaders: IncomingHttpHeaders): StaticFileResponse {
    const response = this.toResponse('console.html', requestHeaders);
    return { ...response, headers: { ...response.headers, 'content-security-policy': CONTENT_SECURITY_POLICY } };
  }

  /** Returns the response with a file of the page; its present version is cached for a year. */
  toResponse(name: FileName, requestHeaders: IncomingHttpHeaders, version?: string): StaticFileResponse {
    const file = this.files.get(name);
    if (file === undefined) throw new Error(`The build has no ${name}`);
    return file.toResponse(requestHeaders, version, 'no-cache');
  }
}
