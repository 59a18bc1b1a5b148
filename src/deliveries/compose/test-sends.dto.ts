import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { MAX_LENGTH } from '../../core/validation/limits.js';
import { type FreeMap, OptionalMap } from '../../core/validation/request-map.js';
import { RequestProperty } from '../../core/validation/request-property.js';
import { OptionalText } from '../../core/validation/request-text.js';
import { MessageRequest } from '../../messages/messages.dto.js';
import { WarningResponse } from '../../messages/warnings.dto.js';
import { FIELDS } from '../accept/accept.dto.js';

/** Exactly one of `contactId` and `deviceToken` names the contact. */
export class TestSendRequest {
  @OptionalText({
    maxLength: MAX_LENGTH.actionName,
    description: 'of an active contact of the domain; without it `deviceToken`',
    example: '66291accdc3ab636288af4ab',
  })
  contactId?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.deviceToken, description: 'instead of `contactId`', example: '' })
  deviceToken?: string | null;

  @RequestProperty({ type: MessageRequest })
  @IsObject()
  @ValidateNested()
  @Type(() => MessageRequest)
  message: MessageRequest;

  @OptionalMap({ ...FIELDS, selfRequired: false, nullable: true })
  fields?: FreeMap | null;
}

@ApiSchema({ name: 'TestSendAnswer' })
export class TestSendResponse {
  @ApiProperty({ description: 'whether the push service has accepted it; a browser may still not show it' })
  accepted: boolean;

  @ApiProperty({
    description: 'as in `waitingFor` of the progress; PushApi where the call to it failed',
    example: 'fcm.googleapis.com',
  })
  pushService: string;

  @ApiProperty({ type: String, nullable: true, example: 'gone', description: 'null when it was accepted' })
  reason: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 201, description: 'HTTP status; null where not known' })
  status: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'the beginning of its response, up to 2,048 bytes, with … for what is secret or personal',
  })
  body: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Retry-After, as it came' })
  retryAfter: string | null;

  @ApiProperty({ type: 'integer', example: 120, description: 'of the push service, or else of the call to PushApi' })
  durationMs: number;

  @ApiProperty({ type: [WarningResponse], required: false, description: 'of unknown properties; absent without one' })
  warnings?: WarningResponse[];
}
