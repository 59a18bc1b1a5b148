import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../../core/errors/api-problem.js';
import { CHANGES_WITH_RECORD } from '../../core/http/route-change.js';
import { IGNORES_BODY } from '../../core/http/streamed-body.js';
import { Access } from '../../security/access.js';
import { PruneBreakerParams, PruneBreakerResponse } from './prune-breaker.dto.js';
import { PruneBreakerService } from './prune-breaker.service.js';

@ApiTags('Domains')
@Controller('domains/:name/prune-breaker')
export class PruneBreakerController {
  constructor(private readonly breakers: PruneBreakerService) {}

  @Get()
  @Access({ scope: 'manage', domain: 'path.name' })
  @ApiOperation({ summary: 'Whether contacts of a domain that are gone are pruned, and if not, why' })
  @ApiOkResponse({ description: 'The breaker', type: PruneBreakerResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  getPruneBreaker(@Param() { name }: PruneBreakerParams): Promise<PruneBreakerResponse> {
    return this.breakers.get(name);
  }

  @Post('release')
  @Access({ scope: 'manage', domain: 'path.name' }, { ...CHANGES_WITH_RECORD, ...IGNORES_BODY })
  @HttpCode(200)
  @ApiOperation({ summary: 'Let contacts of a domain that are gone be pruned again' })
  @ApiOkResponse({ description: 'The breaker, closed', type: PruneBreakerResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  releasePruneBreaker(@Param() { name }: PruneBreakerParams): Promise<PruneBreakerResponse> {
    return this.breakers.release(name);
  }
}
