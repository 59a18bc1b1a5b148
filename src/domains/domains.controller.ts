import { Body, Controller, Get, Header, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/api-problem.js';
import { SuperUser } from '../security/super-user.js';
import {
  DomainAnswer,
  DomainParams,
  DomainRequest,
  DomainStatsAnswer,
  PushConfigurationAnswer,
} from './domains.dto.js';
import { DomainsService } from './domains.service.js';

@ApiTags('Domains')
@Controller('domains')
export class DomainsController {
  constructor(private readonly domains: DomainsService) {}

  @Put(':name')
  @SuperUser()
  @ApiOperation({ summary: "Switch a domain's push feature on or off" })
  @ApiOkResponse({ description: 'Created or replaced' })
  @ApiProblem('validation_failed', 'malformed_json', 'unsupported_media_type', 'database_unavailable')
  put(@Param() { name }: DomainParams, @Body() domain: DomainRequest): Promise<void> {
    return this.domains.put(name, domain);
  }

  @Get(':name')
  @SuperUser()
  @ApiOperation({ summary: 'Get a domain' })
  @ApiOkResponse({ description: 'The domain', type: DomainAnswer })
  @ApiProblem('validation_failed', 'resource_not_found', 'database_unavailable')
  get(@Param() { name }: DomainParams): Promise<DomainAnswer> {
    return this.domains.get(name);
  }

  @Get(':name/isPushFeatureEnabled')
  @Header('cache-control', 'public,max-age=120')
  @ApiOperation({ summary: "Whether a domain's push feature is on" })
  @ApiOkResponse({ description: 'Whether the feature is on', type: Boolean })
  @ApiProblem('validation_failed', 'resource_not_found', 'database_unavailable')
  isPushFeatureEnabled(@Param() { name }: DomainParams): Promise<boolean> {
    return this.domains.isPushFeatureEnabled(name);
  }

  @Get(':name/push-configuration')
  @ApiOperation({ summary: 'What a visitor’s browser needs to know of a domain' })
  @ApiOkResponse({ description: 'The configuration', type: PushConfigurationAnswer })
  @ApiProblem('validation_failed', 'resource_not_found', 'database_unavailable')
  getConfiguration(@Param() { name }: DomainParams): Promise<PushConfigurationAnswer> {
    return this.domains.getConfiguration(name);
  }

  @Get(':name/stats')
  @SuperUser()
  @ApiOperation({ summary: 'How many contacts a domain has' })
  @ApiOkResponse({ description: 'The counters', type: DomainStatsAnswer })
  @ApiProblem('validation_failed', 'resource_not_found', 'database_unavailable')
  getStats(@Param() { name }: DomainParams): Promise<DomainStatsAnswer> {
    return this.domains.getStats(name);
  }
}
