import type { IncomingHttpHeaders } from 'node:http';
import { applyDecorators, Controller, Get, Header, Headers, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblem } from '../core/errors/api-problem.js';
import { NOT_LIMITED } from '../core/http/route-limit.js';
import type { StaticFileResponse } from '../core/http/static-file.js';
import { Anonymous } from '../security/route-access.js';
import { BrowserFilesService } from './browser-files.service.js';
import { PushScriptConfigurationQuery, PushScriptConfigurationResponse } from './push-script.dto.js';
import { PushScriptConfigurationService } from './push-script-configuration.service.js';

/** Serves what visitors' browsers load: PushScript, its service worker and the subscribe window. */
@ApiTags('PushScript')
@Controller()
export class PushScriptController {
  constructor(
    private readonly files: BrowserFilesService,
    private readonly configuration: PushScriptConfigurationService,
  ) {}

  @Get('push-script.js')
  @Anonymous(NOT_LIMITED)
  @BrowserFile('The script for a customer’s pages', 'text/javascript')
  getPushScript(@Headers() headers: IncomingHttpHeaders, @Res() reply: FastifyReply): void {
    send(reply, this.files.toResponse('push-script.js', headers));
  }

  @Get('push-service-worker.js')
  @Anonymous(NOT_LIMITED)
  // Allows the scope `/` even when a proxy serves the worker from a folder (Service Workers, 8.1).
  @Header('service-worker-allowed', '/')
  @BrowserFile('The service worker, to be imported by one on the customer’s own origin', 'text/javascript')
  getServiceWorker(@Headers() headers: IncomingHttpHeaders, @Res() reply: FastifyReply): void {
    send(reply, this.files.toResponse('push-service-worker.js', headers));
  }

  @Get('push-script.d.ts')
  @Anonymous(NOT_LIMITED)
  @BrowserFile('TypeScript types of the script', 'text/plain')
  getPushScriptTypes(@Headers() headers: IncomingHttpHeaders, @Res() reply: FastifyReply): void {
    send(reply, this.files.toResponse('push-script.d.ts', headers));
  }

  @Get('push-script/connection.js')
  @Anonymous(NOT_LIMITED)
  @BrowserFile('What registers a contact, a module that the script imports', 'text/javascript')
  @VersionQuery()
  getConnection(
    @Headers() headers: IncomingHttpHeaders,
    @Query('v') version: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    send(reply, this.files.toResponse('connection.js', headers, version));
  }

  @Get('push-script/soft-prompt.js')
  @Anonymous(NOT_LIMITED)
  @BrowserFile('The soft prompt, a module that the script imports', 'text/javascript')
  @VersionQuery()
  getSoftPrompt(
    @Headers() headers: IncomingHttpHeaders,
    @Query('v') version: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    send(reply, this.files.toResponse('soft-prompt.js', headers, version));
  }

  @Get('push-script/subscribe')
  @Anonymous(NOT_LIMITED)
  @BrowserFile('The window in which visitors subscribe on an external push domain', 'text/html')
  getSubscribeWindow(@Headers() headers: IncomingHttpHeaders, @Res() reply: FastifyReply): void {
    send(reply, this.files.toResponse('subscribe.html', headers));
  }

  @Get('push-script/subscribe.js')
  @Anonymous(NOT_LIMITED)
  @BrowserFile('The script of that window', 'text/javascript')
  getSubscribeScript(@Headers() headers: IncomingHttpHeaders, @Res() reply: FastifyReply): void {
    send(reply, this.files.toResponse('subscribe.js', headers));
  }

  @Get('push-script/configuration')
  @Anonymous()
  @Header('cache-control', 'public,max-age=300')
  @ApiOperation({ summary: 'What the script needs to know of this installation' })
  @ApiOkResponse({ description: 'The configuration', type: PushScriptConfigurationResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  getPushScriptConfiguration(
    @Query() { domain }: PushScriptConfigurationQuery,
  ): Promise<PushScriptConfigurationResponse> {
    return this.configuration.get(domain);
  }
}

/** Documents a file in OpenAPI and lets browsers of any origin use it. */
function BrowserFile(summary: string, mediaType: string): MethodDecorator {
  return applyDecorators(
    Header('cross-origin-resource-policy', 'cross-origin'),
    Header('x-content-type-options', 'nosniff'),
    ApiOperation({ summary }),
    ApiOkResponse({ description: 'The file, compressed as `Accept-Encoding` prefers', content: { [mediaType]: {} } }),
    ApiResponse({ status: 304, description: 'The browser has it already (`If-None-Match`)' }),
  );
}

function VersionQuery(): MethodDecorator {
  const description = 'The version that the script has been built with; the present one is cached for a year';
  return ApiQuery({ name: 'v', required: false, type: String, description, example: '3b1f8a0c' });
}

function send(reply: FastifyReply, { status, content, headers }: StaticFileResponse): void {
  void reply.status(status).headers(headers).send(content);
}
