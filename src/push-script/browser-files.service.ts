import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { StaticFile, type StaticFileResponse } from '../core/http/static-file.js';

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

/** Any version but the present one is cached for an hour. */
const CACHE_CONTROL = 'public,max-age=3600';

/** Serves the files that the build bundles for visitors' browsers: beside this module, read once. */
@Injectable()
export class BrowserFilesService {
  private readonly files = new Map(
    Object.entries(CONTENT_TYPES).map(([name, type]) => [name, new StaticFile(new URL(name, import.meta.url), type)]),
  );

  /**
   * Returns the response for a file, as StaticFile does.
   * @param version asked for; the response to the present one is cached for a year.
   */
  toResponse(name: FileName, requestHeaders: IncomingHttpHeaders, version?: string): StaticFileResponse {
    const file = this.files.get(name);
    if (file === undefined) throw new Error(`The build has no ${name}`);
    return file.toResponse(requestHeaders, version, CACHE_CONTROL);
  }
}
