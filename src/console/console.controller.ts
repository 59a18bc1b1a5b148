import type { IncomingHttpHeaders } from 'node:http';
import { Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NOT_LIMITED } from '../core/http/route-limit.js';
import type { StaticFileResponse } from '../core/http/static-file.js';
import { Anonymous } from '../security/route-access.js';
import { ConsoleFilesService } from './console-files.service.js';

/** The page's addresses are relative to its folder, so with a slash at the end it is another page's. */
const ENDS_WITH_SLASH = /\/(?=\?|$)/;

/**
 * Serves the console. Its files are static: it gets a token from who signs in, or from the fragment of its
 * address (`/console#token=…`, printed by the demo), which browsers do not send.
 */
@ApiExcludeController()
@Controller('console')
export class ConsoleController {
  constructor(private readonly files: ConsoleFilesService) {}

  @Get()
  @Anonymous(NOT_LIMITED)
  getPage(@Req() { url }: FastifyRequest, @Headers() headers: IncomingHttpHeaders, @Res() reply: FastifyReply): void {
    // Relative (RFC 9110, section 10.2.2): a proxy's path prefix is unknown here.
    if (ENDS_WITH_SLASH.test(url)) void reply.redirect('../console', 308);
    else send(reply, this.files.toPage(headers));
  }

  @Get('console.css')
  @Anonymous(NOT_LIMITED)
  getStyle(
    @Headers() headers: IncomingHttpHeaders,
    @Query('v') version: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    send(reply, this.files.toResponse('console.css', headers, version));
  }

  @Get('console.js')
  @Anonymous(NOT_LIMITED)
  getScript(
    @Headers() headers: IncomingHttpHeaders,
    @Query('v') version: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    send(reply, this.files.toResponse('console.js', headers, version));
  }
}

function send(reply: FastifyReply, { status, content, headers }: StaticFileResponse): void {
  void reply.status(status).headers(headers).send(content);
}
