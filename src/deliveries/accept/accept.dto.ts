import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { MAX_LENGTH } from '../../core/validation/limits.js';
import { type FreeMap, OptionalMap } from '../../core/validation/request-map.js';
import { RequestProperty } from '../../core/validation/request-property.js';
import { RequiredText } from '../../core/validation/request-text.js';
import { MessageIdParams } from '../../messages/messages.dto.js';

export const FIELDS = {
  type: 'object',
  additionalProperties: { type: 'string', nullable: true, maxLength: MAX_LENGTH.fieldValue },
  example: { name: 'Ana' },
  description: 'What placeholders [[[name]]] stand for, in links URL-encoded; names in any case, null for nothing',
} as const;

export class SendToDomainParams {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  domain: string;
}

export class SendToVisitorOfDomainParams extends SendToDomainParams {
  @RequiredText({ maxLength: MAX_LENGTH.visitorGuid, example: '3f1f1f9a9f0b4e64a6f46b8f2c9d1e10' })
  visitorGuid: string;
}

export class SendToVisitorParams extends MessageIdParams {
  @RequiredText({ maxLength: MAX_LENGTH.visitorGuid, example: '3f1f1f9a9f0b4e64a6f46b8f2c9d1e10' })
  visitorGuid: string;
}

export class VisitorGuidBody {
  @RequiredText({ maxLength: MAX_LENGTH.visitorGuid })
  visitorGuid: string;
}

export class SendToVisitorRequest {
  @RequestProperty({ type: Boolean, required: false, nullable: true, example: false, description: 'false when absent' })
  @IsOptional()
  @IsBoolean()
  replacementIsMandatory?: boolean | null;

  @OptionalMap({ ...FIELDS, selfRequired: false, nullable: true })
  fields?: FreeMap | null;
}

class VisitorFieldsRequest {
  @ApiProperty({ maxLength: MAX_LENGTH.visitorGuid, example: '3f1f1f9a9f0b4e64a6f46b8f2c9d1e10' })
  visitorGuid: string;

  @ApiProperty({ ...FIELDS, selfRequired: false, nullable: true })
  fields?: Record<string, string | null> | null;
}

/** For OpenAPI only: `VisitorListReader` validates the body while it streams in. */
export class SendToVisitorsRequest {
  @ApiProperty({ required: false, nullable: true, example: false, description: 'false when absent' })
  replacementIsMandatory?: boolean;

  @ApiProperty({ type: VisitorFieldsRequest, isArray: true, minItems: 1 })
  visitorsFieldsList: VisitorFieldsRequest[];
}
