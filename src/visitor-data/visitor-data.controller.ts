import { Controller, Delete, Get, Param, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../core/errors/api-problem.js';
import { streamJsonArray } from '../core/http/json-array.js';
import { Access } from '../security/access.js';
import {
  EmailDataQuery,
  ErasedResponse,
  StoredRecordResponse,
  VisitorDataParams,
  VisitorDataQuery,
} from './visitor-data.dto.js';
import { VisitorDataService } from './visitor-data.service.js';

const RECORDS = { description: 'The documents, streamed', type: StoredRecordResponse, isArray: true };
const ERASED = { description: 'Erased, or nothing was stored', type: ErasedResponse };

@ApiTags('Personal data')
@Controller('visitors')
export class VisitorDataController {
  constructor(private readonly visitorData: VisitorDataService) {}

  @Get('data')
  @Access({ scope: 'contacts', domain: 'query.domain' })
  @ApiOperation({ summary: 'Everything that is stored of whoever has an e-mail' })
  @ApiOkResponse(RECORDS)
  @ApiProblem('validation_failed', 'resource_not_found', 'database_unavailable', 'too_many_streams')
  findDataOfEmail(@Query() { email, domain }: EmailDataQuery): Promise<StreamableFile> {
    return streamJsonArray(() => this.visitorData.read({ email, domain: domain ?? undefined }));
  }

  @Delete('data')
  @Access({ scope: 'contacts', domain: 'query.domain' })
  @ApiOperation({ summary: 'Erase what is stored of whoever has an e-mail' })
  @ApiOkResponse(ERASED)
  @ApiProblem('validation_failed', 'database_unavailable')
  eraseDataOfEmail(@Query() { email, domain }: EmailDataQuery): Promise<ErasedResponse> {
    return this.visitorData.erase({ email, domain: domain ?? undefined });
  }

  @Get(':visitorGuid/data')
  @Access({ scope: 'contacts', domain: 'query.domain' })
  @ApiOperation({ summary: 'Everything that is stored of a visitor' })
  @ApiOkResponse(RECORDS)
  @ApiProblem('validation_failed', 'resource_not_found', 'database_unavailable', 'too_many_streams')
  findData(
    @Param() { visitorGuid }: VisitorDataParams,
    @Query() { domain }: VisitorDataQuery,
  ): Promise<StreamableFile> {
    return streamJsonArray(() => this.visitorData.read({ visitorGuid, domain: domain ?? undefined }));
  }

  @Delete(':visitorGuid/data')
  @Access({ scope: 'contacts', domain: 'query.domain' })
  @ApiOperation({ summary: 'Erase what is stored of a visitor' })
  @ApiOkResponse(ERASED)
  @ApiProblem('validation_failed', 'database_unavailable')
  eraseData(
    @Param() { visitorGuid }: VisitorDataParams,
    @Query() { domain }: VisitorDataQuery,
  ): Promise<ErasedResponse> {
    return this.visitorData.erase({ visitorGuid, domain: domain ?? undefined });
  }
}
