import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/errors/api-problem.js';
import { Access } from '../security/access.js';
import { AuditQuery, AuditResponse } from './audit.dto.js';
import { AuditService } from './audit.service.js';

@ApiTags('Audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Access({ scope: 'manage', domain: 'query.domain' })
  @ApiOperation({ summary: 'List the calls that changed something, or were refused, the latest first' })
  @ApiOkResponse({ description: 'A page of calls', type: AuditResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  listCalls(@Query() query: AuditQuery): Promise<AuditResponse> {
    return this.audit.list(query);
  }
}
