import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/api-problem.js';
import { SuperUser } from '../security/super-user.js';
import {
  ContactsDomainParams,
  DomainsPageAnswer,
  DomainsPageQuery,
  VisitorGuidsCursorAnswer,
  VisitorGuidsCursorQuery,
  VisitorGuidsPageAnswer,
  VisitorGuidsPageQuery,
  VisitorParams,
} from './contact-look-ups.dto.js';
import { ContactLookUpsService } from './contact-look-ups.service.js';

@ApiTags('Push contacts')
@Controller('push-contacts')
export class ContactLookUpsController {
  constructor(private readonly lookUps: ContactLookUpsService) {}

  @Get('visitor-guids')
  @SuperUser()
  @ApiOperation({ summary: "List the visitors of a domain's active contacts, each once, page after page by cursor" })
  @ApiOkResponse({ description: 'A page of guids, ascending', type: VisitorGuidsCursorAnswer })
  @ApiProblem('validation_failed', 'database_unavailable')
  listDistinctVisitorGuids(@Query() query: VisitorGuidsCursorQuery): Promise<VisitorGuidsCursorAnswer> {
    return this.lookUps.listDistinctVisitorGuids(query);
  }

  @Get('domains')
  @SuperUser()
  @ApiOperation({ summary: 'List the domains that have contacts, by name, with how many' })
  @ApiOkResponse({ description: 'A page of domains by name', type: DomainsPageAnswer })
  @ApiProblem('validation_failed', 'database_unavailable')
  listDomains(@Query() query: DomainsPageQuery): Promise<DomainsPageAnswer> {
    return this.lookUps.listDomains(query);
  }

  @Get(':domain/visitor-guids')
  @SuperUser()
  @ApiOperation({
    deprecated: true,
    summary: "List the visitor guids of a domain's active contacts, by offset; an older form",
  })
  @ApiOkResponse({ description: 'A page of guids', type: VisitorGuidsPageAnswer })
  @ApiProblem('validation_failed', 'database_unavailable')
  listVisitorGuids(
    @Param() { domain }: ContactsDomainParams,
    @Query() query: VisitorGuidsPageQuery,
  ): Promise<VisitorGuidsPageAnswer> {
    return this.lookUps.listVisitorGuids(domain, query);
  }

  @Get(':domain/:visitorGuid')
  @ApiOperation({ summary: 'Whether a visitor has an active contact of the domain' })
  @ApiOkResponse({ description: 'Whether there is an active contact', schema: { type: 'boolean', example: true } })
  @ApiProblem('validation_failed', 'database_unavailable')
  hasActiveContact(@Param() { domain, visitorGuid }: VisitorParams): Promise<boolean> {
    return this.lookUps.hasActiveContact(domain, visitorGuid);
  }
}
