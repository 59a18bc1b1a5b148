import { Body, Controller, Get, Header, Param, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/errors/api-problem.js';
import { CHANGES_WITH_RECORD } from '../core/http/route-change.js';
import { AcceptsStrictHandling } from '../core/http/strict-handling.js';
import { findUnknownProperties } from '../core/validation/unknown-properties.js';
import { warnOfProperties } from '../messages/property-warnings.js';
import type { WarningResponse } from '../messages/warnings.dto.js';
import { Access, SuperUser } from '../security/access.js';
import { Anonymous } from '../security/route-access.js';
import {
  DomainListResponse,
  DomainResponse,
  DomainParams,
  DomainsQuery,
  DomainRequest,
  DomainStatsResponse,
  PushConfigurationResponse,
  VapidKeysResponse,
} from './domains.dto.js';
import { DomainListService } from './domain-list.service.js';
import { DomainVapidKeysService } from './domain-vapid-keys.service.js';
import { DomainsService } from './domains.service.js';

interface PutDomainAnswer {
  readonly warnings: readonly WarningResponse[];
}

@ApiTags('Domains')
@Controller('domains')
export class DomainsController {
  constructor(
    private readonly domains: DomainsService,
    private readonly vapidKeys: DomainVapidKeysService,
    private readonly domainList: DomainListService,
  ) {}

  @Get()
  @SuperUser()
  @ApiOperation({ summary: 'List the domains by name, with how many contacts each has' })
  @ApiOkResponse({ description: 'A page of domains', type: DomainListResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  listAllDomains(@Query() query: DomainsQuery): Promise<DomainListResponse> {
    return this.domainList.list(query);
  }

  @Put(':name')
  @Access({ scope: 'manage', domain: 'path.name' }, CHANGES_WITH_RECORD)
  @AcceptsStrictHandling()
  @ApiOperation({ summary: "Switch a domain's push feature on or off" })
  @ApiOkResponse({ description: 'Created or replaced; a body, with `warnings`, only where properties are unknown' })
  @ApiProblem('validation_failed', 'malformed_json', 'unsupported_media_type', 'database_unavailable')
  async putDomain(
    @Param() { name }: DomainParams,
    @Body() domain: DomainRequest,
  ): Promise<PutDomainAnswer | undefined> {
    await this.domains.put(name, domain);
    const warnings = warnOfProperties(findUnknownProperties(domain));
    return warnings.length === 0 ? undefined : { warnings };
  }

  @Get(':name')
  @Access({ scope: 'manage', domain: 'path.name' })
  @ApiOperation({ summary: 'Get a domain' })
  @ApiOkResponse({ description: 'The domain', type: DomainResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  getDomain(@Param() { name }: DomainParams): Promise<DomainResponse> {
    return this.domains.get(name);
  }

  @Get(':name/isPushFeatureEnabled')
  @Anonymous()
  @Header('cache-control', 'public,max-age=120')
  @ApiOperation({ summary: "Whether a domain's push feature is on" })
  @ApiOkResponse({ description: 'Whether the feature is on', type: Boolean })
  @ApiProblem('validation_failed', 'resource_not_found', 'database_unavailable')
  isPushFeatureEnabled(@Param() { name }: DomainParams): Promise<boolean> {
    return this.domains.isPushFeatureEnabled(name);
  }

  @Get(':name/push-configuration')
  @Anonymous()
  @ApiOperation({ summary: 'What a visitor’s browser needs to know of a domain' })
  @ApiOkResponse({ description: 'The configuration', type: PushConfigurationResponse })
  @ApiProblem('validation_failed', 'resource_not_found', 'database_unavailable')
  getPushConfiguration(@Param() { name }: DomainParams): Promise<PushConfigurationResponse> {
    return this.domains.getPushConfiguration(name);
  }

  @Get(':name/stats')
  @Access({ scope: 'reports', domain: 'path.name' })
  @ApiOperation({ summary: 'How many contacts a domain has' })
  @ApiOkResponse({ description: 'The counters', type: DomainStatsResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  getContactsStats(@Param() { name }: DomainParams): Promise<DomainStatsResponse> {
    return this.domains.getStats(name);
  }

  @Get(':name/vapid-keys')
  @Access({ scope: 'manage', domain: 'path.name' })
  @ApiOperation({ summary: 'How many active contacts of a domain were subscribed with each VAPID key' })
  @ApiOkResponse({ description: 'The keys', type: VapidKeysResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  countVapidKeys(@Param() { name }: DomainParams): Promise<VapidKeysResponse> {
    return this.vapidKeys.count(name);
  }
}
