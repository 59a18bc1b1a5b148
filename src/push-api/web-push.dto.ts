import { ApiProperty } from '@nestjs/swagger';
import { Transform, type TransformFnParams, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { MAX_LENGTH } from '../core/limits.js';
import { RequestProperty } from '../core/request-property.js';
import { OptionalText, RequiredText } from '../core/request-text.js';
import { DeliveryOptions } from './delivery-options.dto.js';
import { MAX_RENDERED_LENGTH } from './push-api.dto.js';

const MAX_SUBSCRIPTIONS = 1_000;

/** 8 MB: as many subscriptions as a call may have, each with several tracking links. */
export const WEB_PUSH_BODY_LIMIT_BYTES = 8 * 1_048_576;

/** The links of one contact. Action names are compared in lower case, as names of a request are. */
export class SubscriptionExtraData {
  @OptionalText({ maxLength: MAX_LENGTH.url })
  clickedEventEndpoint?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  receivedEventEndpoint?: string | null;

  @RequestProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    selfRequired: false,
    nullable: true,
    description: 'a link for each action, by its name',
  })
  @IsOptional()
  @IsObject()
  // Untouched: class-transformer would drop the names, which are no properties of a class.
  @Transform(({ obj }: TransformFnParams) => (obj as Record<string, unknown>).actioneventendpoints)
  actionEventEndpoints?: Record<string, unknown> | null;
}

/** One that cannot be sent to is answered by itself, so only its types are demanded here. */
export class SubscriptionRequest {
  @RequestProperty({ type: String, format: 'uri' })
  @IsString()
  endpoint: string;

  @RequestProperty({ type: String, description: 'P-256 public key, base64url' })
  @IsString()
  p256DH: string;

  @RequestProperty({ type: String, description: 'shared secret, base64url' })
  @IsString()
  auth: string;

  @RequestProperty({ required: false, nullable: true, type: SubscriptionExtraData })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SubscriptionExtraData)
  subscriptionExtraData?: SubscriptionExtraData | null;
}

class ActionRequest {
  @RequiredText({ maxLength: MAX_LENGTH.actionName })
  action: string;

  @RequestProperty({ type: String, maxLength: MAX_LENGTH.title })
  @IsString()
  @MaxLength(MAX_LENGTH.title)
  title: string;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  icon?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  link?: string | null;
}

export class WebPushRequest extends DeliveryOptions {
  @RequestProperty({ type: SubscriptionRequest, isArray: true, minItems: 1, maxItems: MAX_SUBSCRIPTIONS })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_SUBSCRIPTIONS)
  @ValidateNested({ each: true })
  @Type(() => SubscriptionRequest)
  subscriptions: SubscriptionRequest[];

  @RequiredText({ maxLength: MAX_RENDERED_LENGTH })
  notificationTitle: string;

  @RequiredText({ maxLength: MAX_RENDERED_LENGTH })
  notificationBody: string;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  notificationOnClickLink?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  imageUrl?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  iconUrl?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.actionName })
  messageId?: string | null;

  @RequestProperty({ type: ActionRequest, isArray: true, required: false, nullable: true })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ActionRequest)
  actions?: ActionRequest[] | null;
}

class SubscriptionAnswer {
  @ApiProperty()
  endpoint: string;

  @ApiProperty()
  p256DH: string;

  @ApiProperty()
  auth: string;
}

class WebPushExceptionAnswer {
  @ApiProperty({ type: 'integer', description: "the push service's HTTP status" })
  messagingErrorCode: number;

  @ApiProperty()
  message: string;

  @ApiProperty({ type: Number, nullable: true })
  retryAfterSeconds: number | null;
}

class WebPushResponseAnswer {
  @ApiProperty()
  isSuccess: boolean;

  @ApiProperty()
  subscription: SubscriptionAnswer;

  @ApiProperty({ type: WebPushExceptionAnswer, nullable: true })
  exception: WebPushExceptionAnswer | null;
}

export class WebPushAnswer {
  @ApiProperty({ type: WebPushResponseAnswer, isArray: true })
  responses: WebPushResponseAnswer[];

  @ApiProperty({ type: 'integer' })
  successCount: number;

  @ApiProperty({ type: 'integer' })
  failureCount: number;
}
