import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/errors/api-problem.js';
import { Access } from '../security/access.js';
import { ContactSearchService } from './contact-search.service.js';
import {
  ContactOfDomainParams,
  ContactsQuery,
  DiagnosisQuery,
  DiagnosisResponse,
  DomainNameParams,
  HistoryQuery,
  HistoryResponse,
  StoredContactsResponse,
} from './diagnosis.dto.js';
import { DiagnosisService } from './diagnosis.service.js';
import { HistoryService } from './history.service.js';

@ApiTags('Push contacts')
@Controller('domains/:name')
export class DiagnosisController {
  constructor(
    private readonly search: ContactSearchService,
    private readonly history: HistoryService,
    private readonly diagnosis: DiagnosisService,
  ) {}

  @Get('contacts')
  @Access({ scope: 'contacts', domain: 'path.name' })
  @ApiOperation({ summary: 'What is stored of the contacts with a device token, visitor guid or e-mail' })
  @ApiOkResponse({ description: 'A page of contacts, active or not', type: StoredContactsResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  findStoredContacts(
    @Param() { name }: DomainNameParams,
    @Query() query: ContactsQuery,
  ): Promise<StoredContactsResponse> {
    return this.search.list(name, query);
  }

  @Get('contacts/:contactId/history')
  @Access({ scope: 'contacts', domain: 'path.name' })
  @ApiOperation({ summary: 'What happened to a contact in the last 30 days, the latest first' })
  @ApiOkResponse({ description: 'A page of events', type: HistoryResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  listHistory(
    @Param() { name, contactId }: ContactOfDomainParams,
    @Query() query: HistoryQuery,
  ): Promise<HistoryResponse> {
    return this.history.list(name, contactId, query);
  }

  @Get('diagnosis')
  @Access({ scope: 'contacts', domain: 'path.name' })
  @ApiOperation({ summary: 'Why a visitor did or did not get a message' })
  @ApiOkResponse({ description: 'The cause', type: DiagnosisResponse })
  @ApiProblem('validation_failed', 'database_unavailable')
  diagnose(@Param() { name }: DomainNameParams, @Query() query: DiagnosisQuery): Promise<DiagnosisResponse> {
    return this.diagnosis.diagnose(name, query);
  }
}
