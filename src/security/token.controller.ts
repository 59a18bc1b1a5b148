import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AnyToken } from './access.js';
import { describeToken } from './describe-token.js';
import { TokenResponse } from './token.dto.js';

@ApiTags('Access')
@Controller('token')
export class TokenController {
  @Get()
  @AnyToken()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'What the token of this request may do, and until when' })
  @ApiOkResponse({ description: 'The token', type: TokenResponse })
  getToken(@Req() { caller }: Pick<FastifyRequest, 'caller'>): TokenResponse {
    return describeToken(caller);
  }
}
