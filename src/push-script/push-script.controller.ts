import { applyDecorators, Controller, Get, Header, Headers, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Config } from '../core/config.js';
import { type BrowserFileAnswer, BrowserFilesService } from './browser-files.service.js';
import { PushScriptConfigurationAnswer } from './push-script.dto.js';

/** What visitors' browsers load: PushScript, its service worker, and the window of an external push domain. */
@ApiTags('PushScript')
@Controller()
export class PushScriptController {
  constructor(
    private readonly files: BrowserFilesService,
    private readonly config: Config,
  ) {}

  @Get('push-script.js')
  @BrowserFile('The script for a customer’s pages', 'text/javascript')
  script(@Headers('if-none-match') known: string | undefined, @Res() reply: FastifyReply): void {
    send(reply, this.files.answer('push-script.js', known));
  }

  @Get('push-service-worker.js')
  // A worker may then serve the whole origin, even behind a proxy that puts it into a folder (Service Workers, 8.1).
  @Header('service-worker-allowed', '/')
  @BrowserFile('The service worker, to be imported by one on the customer’s own origin', 'text/javascript')
  serviceWorker(@Headers('if-none-match') known: string | undefined, @Res() reply: FastifyReply): void {
    send(reply, this.files.answer('push-service-worker.js', known));
  }

  @Get('push-script.d.ts')
  @BrowserFile('TypeScript types of the script', 'text/plain')
  types(@Headers('if-none-match') known: string | undefined, @Res() reply: FastifyReply): void {
    send(reply, this.files.answer('push-script.d.ts', known));
  }

  @Get('push-script/subscribe')
  @BrowserFile('The window in which visitors subscribe on an external push domain', 'text/html')
  // Nobody may put it into a frame and lead a visitor's click to it.
  @Header('content-security-policy', "frame-ancestors 'none'")
  subscribeWindow(@Headers('if-none-match') known: string | undefined, @Res() reply: FastifyReply): void {
    send(reply, this.files.answer('subscribe.html', known));
  }

  @Get('push-script/subscribe.js')
  @BrowserFile('The script of that window', 'text/javascript')
  subscribeScript(@Headers('if-none-match') known: string | undefined, @Res() reply: FastifyReply): void {
    send(reply, this.files.answer('subscribe.js', known));
  }

  @Get('push-script/configuration')
  @Header('cache-control', 'public,max-age=300')
  @ApiOperation({ summary: 'What the script needs to know of this installation' })
  @ApiOkResponse({ description: 'The configuration', type: PushScriptConfigurationAnswer })
  configuration(): PushScriptConfigurationAnswer {
    return { vapidPublicKey: this.config.vapid?.publicKey ?? null };
  }
}

/** Documents a file and lets browsers keep it for an hour, in pages of any origin. */
function BrowserFile(summary: string, mediaType: string): MethodDecorator {
  return applyDecorators(
    Header('cache-control', 'public,max-age=3600'),
    Header('cross-origin-resource-policy', 'cross-origin'),
    Header('x-content-type-options', 'nosniff'),
    ApiOperation({ summary }),
    ApiOkResponse({ description: 'The file', content: { [mediaType]: {} } }),
    ApiResponse({ status: 304, description: 'The browser has it already (`If-None-Match`)' }),
  );
}

function send(reply: FastifyReply, { status, content, contentType, etag }: BrowserFileAnswer): void {
  void reply.status(status).header('etag', etag).type(contentType).send(content);
}
