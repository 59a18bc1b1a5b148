import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Anonymous } from '../security/route-access.js';
import { NOT_LIMITED } from '../core/http/route-limit.js';
import { VERSION } from './version.js';

@ApiTags('Site')
@Controller()
export class SiteController {
  @Get('version.txt')
  @Anonymous(NOT_LIMITED)
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: "The build's version" })
  @ApiOkResponse({ description: 'The version', content: { 'text/plain': { example: VERSION } } })
  getVersion(): string {
    return VERSION;
  }

  @Get('robots.txt')
  @Anonymous(NOT_LIMITED)
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'Tells crawlers not to index' })
  @ApiOkResponse({ description: 'The rules', content: { 'text/plain': {} } })
  getRobots(): string {
    return 'User-agent: *\nDisallow: /\n';
  }
}
