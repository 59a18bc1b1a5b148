import { ApiProperty } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsBoolean, IsObject, IsOptional } from 'class-validator';
import { MAX_LENGTH } from '../core/limits.js';
import { RequestProperty } from '../core/request-property.js';
import { RequiredText } from '../core/request-text.js';
import { MessageIdParams } from '../messages/messages.dto.js';

const FIELDS = {
  type: 'object',
  additionalProperties: { type: 'string', nullable: true, maxLength: MAX_LENGTH.fieldValue },
  example: { name: 'Ana' },
  description: 'What the placeholders [[[name]]] in title and body stand for; names in any case, null for nothing',
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
  @RequestProperty({ type: Boolean, required: false, nullable: true, default: false })
  @IsOptional()
  @IsBoolean()
  replacementIsMandatory?: boolean | null;

  @RequestProperty({ ...FIELDS, selfRequired: false, nullable: true })
  @Transform(({ obj }: TransformFnParams) => (obj as { fields?: unknown }).fields)
  @IsOptional()
  @IsObject()
  fields?: Record<string, unknown> | null;
}

class VisitorFieldsRequest {
  @ApiProperty({ maxLength: MAX_LENGTH.visitorGuid, example: '3f1f1f9a9f0b4e64a6f46b8f2c9d1e10' })
  visitorGuid: string;

  @ApiProperty({ ...FIELDS, selfRequired: false, nullable: true })
  fields?: Record<string, string | null> | null;
}

/** For OpenAPI alone: the body is read while it arrives. */
export class SendToVisitorsRequest {
  @ApiProperty({ required: false, nullable: true, default: false })
  replacementIsMandatory?: boolean;

  @ApiProperty({ type: VisitorFieldsRequest, isArray: true, minItems: 1 })
  visitorsFieldsList: VisitorFieldsRequest[];
}
