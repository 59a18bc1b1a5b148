import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsString, MaxLength } from 'class-validator';
import { MAX_LENGTH } from '../core/limits.js';
import { RequestProperty } from '../core/request-property.js';
import { OptionalText, RequiredText } from '../core/request-text.js';
import { DeliveryOptions } from './delivery-options.dto.js';

/** Firebase takes no more in one call (firebase.google.com, "Send messages to multiple devices"). */
const MAX_TOKENS = 500;

/** Of a title or a body whose placeholders are filled in: more than was typed. */
export const MAX_RENDERED_LENGTH = 65_536;

export class DeviceParams {
  @RequiredText({ maxLength: MAX_LENGTH.deviceToken })
  token: string;
}

export class DeviceAnswer {
  @ApiProperty()
  token: string;

  @ApiProperty()
  isValid: boolean;
}

export class DeviceMessageRequest extends DeliveryOptions {
  @RequestProperty({ type: String, isArray: true, minItems: 1, maxItems: MAX_TOKENS })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_TOKENS)
  @IsString({ each: true })
  @MaxLength(MAX_LENGTH.deviceToken, { each: true })
  tokens: string[];

  @RequiredText({ maxLength: MAX_RENDERED_LENGTH })
  notificationTitle: string;

  @RequiredText({ maxLength: MAX_RENDERED_LENGTH })
  notificationBody: string;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  notificationOnClickLink?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  imageUrl?: string | null;
}

class SendExceptionAnswer {
  @ApiProperty({ type: 'integer' })
  messagingErrorCode: number;

  @ApiProperty()
  message: string;
}

class DeviceResponseAnswer {
  @ApiProperty({ type: String, nullable: true })
  messageId: string | null;

  @ApiProperty()
  isSuccess: boolean;

  @ApiProperty()
  deviceToken: string;

  @ApiProperty({ type: SendExceptionAnswer, nullable: true })
  exception: SendExceptionAnswer | null;
}

export class DeviceMessageAnswer {
  @ApiProperty({ type: DeviceResponseAnswer, isArray: true })
  responses: DeviceResponseAnswer[];

  @ApiProperty({ type: 'integer' })
  successCount: number;

  @ApiProperty({ type: 'integer' })
  failureCount: number;
}
