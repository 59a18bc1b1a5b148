import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { VERSION } from './version.js';

@ApiTags('Site')
@Controller()
export class SiteController {
  @Get('version.txt')
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: "The build's version" })
  @ApiOkResponse({ description: 'The version', content: { 'text/plain': { example: VERSION } } })
  version(): string {
    return VERSION;
  }

  @Get('robots.txt')
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'Tells search engines to stay away' })
  @ApiOkResponse({ description: 'The rules', content: { 'text/plain': {} } })
  robots(): string {
    return 'User-agent: *\nDisallow: /\n';
  }
}
