import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../../core/errors/api-problem.js';
import { Access } from '../../security/access.js';
import { GrowthParams, GrowthQuery, GrowthResponse } from './growth.dto.js';
import { GrowthService } from './growth.service.js';

@ApiTags('Reports')
@Controller('domains')
export class GrowthController {
  constructor(private readonly growth: GrowthService) {}

  @Get(':name/contacts/growth')
  @Access({ scope: 'reports', domain: 'path.name' })
  @ApiOperation({ summary: 'How the contacts of a domain have grown, by days of UTC' })
  @ApiOkResponse({ description: 'The days', type: GrowthResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  getContactGrowth(@Param() { name }: GrowthParams, @Query() query: GrowthQuery): Promise<GrowthResponse> {
    return this.growth.find(name, query);
  }
}
