import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsString, MaxLength } from 'class-validator';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { RequestProperty } from '../core/validation/request-property.js';
import { OptionalText, RequiredText } from '../core/validation/request-text.js';
import { DeliveryOptions, ServiceAnswer } from './delivery-options.dto.js';

/** Firebase's limit for one call (firebase.google.com, "Send messages to multiple devices"). */
const MAX_TOKENS = 500;

/**
 * Limit in characters of a title or body after its placeholders are replaced; higher than that of the
 * template.
 */
const MAX_RENDERED_LENGTH = 65_536;

/** Marks a title or body: a visitor's values may have left nothing of it. */
export function RenderedText(): PropertyDecorator {
  return applyDecorators(
    RequestProperty({ type: String, maxLength: MAX_RENDERED_LENGTH }),
    IsString(),
    MaxLength(MAX_RENDERED_LENGTH),
  );
}

export class DeviceParams {
  @RequiredText({ maxLength: MAX_LENGTH.deviceToken })
  token: string;
}

export class DeviceResponse {
  @ApiProperty()
  token: string;

  @ApiProperty()
  isValid: boolean;
}

/** Body of `POST /message`: one message and up to 500 device tokens. */
export class DeviceMessageRequest extends DeliveryOptions {
  @RequestProperty({ type: String, isArray: true, required: false, nullable: true, maxItems: MAX_TOKENS })
  @Transform(({ value }: TransformFnParams) => (value ?? []) as unknown)
  @IsArray()
  @ArrayMaxSize(MAX_TOKENS)
  @IsString({ each: true })
  @MaxLength(MAX_LENGTH.deviceToken, { each: true })
  tokens: string[];

  @RenderedText()
  notificationTitle: string;

  @RenderedText()
  notificationBody: string;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  notificationOnClickLink?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  imageUrl?: string | null;
}

class SendExceptionResponse {
  @ApiProperty({ type: 'integer' })
  messagingErrorCode: number;

  @ApiProperty()
  message: string;

  @ApiProperty({ required: false, description: 'true: code 0 is of the message, not of credentials' })
  isMessageRefused?: boolean;
}

class DeviceItemResponse {
  @ApiProperty({ type: String, nullable: true })
  messageId: string | null;

  @ApiProperty()
  isSuccess: boolean;

  @ApiProperty()
  deviceToken: string;

  @ApiProperty({ type: SendExceptionResponse, nullable: true })
  exception: SendExceptionResponse | null;

  @ApiProperty({ type: ServiceAnswer, required: false, nullable: true, description: 'null where there was none' })
  serviceResponse?: ServiceAnswer | null;
}

/** Response to `POST /message`, with one item for each token, in their order. */
export class DeviceMessageResponse {
  @ApiProperty({ type: DeviceItemResponse, isArray: true })
  responses: DeviceItemResponse[];

  @ApiProperty({ type: 'integer' })
  successCount: number;

  @ApiProperty({ type: 'integer' })
  failureCount: number;
}
