import { readFileSync } from 'node:fs';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/**
 * A page with PushScript and, beside it, a form that sends to it. It is static: a super-user token reaches it in the
 * address's fragment (`/demo#token=…`, printed at start), which browsers send to no server, or is pasted. No route hands
 * one out, since any page that the developer has open could ask for it.
 */
@ApiExcludeController()
@Controller('demo')
export class DemoPageController {
  private readonly html = readPageFile('demo.html');
  private readonly css = readPageFile('demo.css');
  private readonly script = readPageFile('demo.js');

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-cache')
  page(): string {
    return this.html;
  }

  @Get('demo.css')
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'no-cache')
  style(): string {
    return this.css;
  }

  @Get('demo.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  @Header('cache-control', 'no-cache')
  pageScript(): string {
    return this.script;
  }
}

function readPageFile(name: string): string {
  return readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8');
}
