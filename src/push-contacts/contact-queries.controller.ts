import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/errors/api-problem.js';
import { Access, SuperUser } from '../security/access.js';
import { Anonymous } from '../security/route-access.js';
import {
  ContactsDomainParams,
  DeviceTokenOfDomainParams,
  DomainsPageResponse,
  DomainsPageQuery,
  VisitorGuidsCursorResponse,
  VisitorGuidsCursorQuery,
  VisitorGuidsPageResponse,
  VisitorGuidsPageQuery,
  VisitorParams,
} from './contact-queries.dto.js';
import { ContactQueriesService } from './contact-queries.service.js';

@ApiTags('Push contacts')
@Controller('push-contacts')
export class ContactQueriesController {
  constructor(private readonly contactQueries: ContactQueriesService) {}

  @Get('visitor-guids')
  @Access({ scope: 'contacts', domain: 'query.domain' })
  @ApiOperation({ summary: "List the visitors of a domain's active contacts, each once, page after page by cursor" })
  @ApiOkResponse({ description: 'A page of guids, ascending', type: VisitorGuidsCursorResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  listDistinctVisitorGuids(@Query() query: VisitorGuidsCursorQuery): Promise<VisitorGuidsCursorResponse> {
    return this.contactQueries.listDistinctVisitorGuids(query);
  }

  @Get('domains')
  @SuperUser()
  @ApiOperation({ summary: 'List the domains that have contacts, by name, with how many' })
  @ApiOkResponse({ description: 'A page of domains by name', type: DomainsPageResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  listDomains(@Query() query: DomainsPageQuery): Promise<DomainsPageResponse> {
    return this.contactQueries.listDomains(query);
  }

  @Get(':domain/visitor-guids')
  @Access({ scope: 'contacts', domain: 'path.domain' })
  @ApiOperation({
    deprecated: true,
    summary: "List the visitor guids of a domain's active contacts, by offset; an older form",
  })
  @ApiOkResponse({ description: 'A page of guids', type: VisitorGuidsPageResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  listVisitorGuids(
    @Param() { domain }: ContactsDomainParams,
    @Query() query: VisitorGuidsPageQuery,
  ): Promise<VisitorGuidsPageResponse> {
    return this.contactQueries.listVisitorGuids(domain, query);
  }

  @Get(':domain/device-tokens/:deviceToken')
  @Anonymous()
  @ApiOperation({ summary: 'Whether a device token is of an active contact of the domain; PushScript asks once a day' })
  @ApiOkResponse({ description: 'Whether there is an active contact', schema: { type: 'boolean', example: true } })
  @ApiProblem('validation_failed', 'database_unavailable')
  isActiveDeviceToken(@Param() { domain, deviceToken }: DeviceTokenOfDomainParams): Promise<boolean> {
    return this.contactQueries.isActiveDeviceToken(domain, deviceToken);
  }

  @Get(':domain/:visitorGuid')
  @Anonymous()
  @ApiOperation({ summary: 'Whether a visitor has an active contact of the domain' })
  @ApiOkResponse({ description: 'Whether there is an active contact', schema: { type: 'boolean', example: true } })
  @ApiProblem('validation_failed', 'database_unavailable')
  hasActiveContact(@Param() { domain, visitorGuid }: VisitorParams): Promise<boolean> {
    return this.contactQueries.hasActiveContact(domain, visitorGuid);
  }
}
