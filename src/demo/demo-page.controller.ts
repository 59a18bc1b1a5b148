import { readFileSync } from 'node:fs';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Anonymous } from '../security/route-access.js';
import { NOT_LIMITED } from '../core/http/route-limit.js';

/**
 * Serves a page with PushScript and a form that sends to it. The page is static. It gets the super-user token
 * from the URL's fragment (`/demo#token=…`, printed at start), which browsers do not send, or the developer
 * pastes it. No route returns a token, because any other open page could request it.
 */
@ApiExcludeController()
@Controller('demo')
export class DemoPageController {
  private readonly html = readPageFile('demo.html');
  private readonly css = readPageFile('demo.css');
  private readonly script = readPageFile('demo.js');

  @Get()
  @Anonymous(NOT_LIMITED)
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-cache')
  page(): string {
    return this.html;
  }

  @Get('demo.css')
  @Anonymous(NOT_LIMITED)
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'no-cache')
  style(): string {
    return this.css;
  }

  @Get('demo.js')
  @Anonymous(NOT_LIMITED)
  @Header('content-type', 'text/javascript; charset=utf-8')
  @Header('cache-control', 'no-cache')
  pageScript(): string {
    return this.script;
  }
}

function readPageFile(name: string): string {
  return readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8');
}
