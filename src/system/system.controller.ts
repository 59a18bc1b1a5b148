import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/errors/api-problem.js';
import { SuperUser } from '../security/access.js';
import { SystemResponse } from './system.dto.js';
import { SystemService } from './system.service.js';

@ApiTags('Health')
@Controller('system')
export class SystemController {
  constructor(private readonly system: SystemService) {}

  @Get()
  @SuperUser()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'What waits, what is held back, and what it depends on, of all processes together' })
  @ApiOkResponse({ description: 'The state', type: SystemResponse })
  @ApiProblem('database_unavailable')
  getSystem(): Promise<SystemResponse> {
    return this.system.describe();
  }
}
