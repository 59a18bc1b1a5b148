import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
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
import { MAX_ITEMS, MAX_LENGTH } from '../core/validation/limits.js';
import { type FreeMap, OptionalMap } from '../core/validation/request-map.js';
import { RequestProperty } from '../core/validation/request-property.js';
import { OptionalText, RequiredText } from '../core/validation/request-text.js';
import { DeliveryOptions, ServiceAnswer } from './delivery-options.dto.js';
import { RenderedText } from './push-api.dto.js';

const MAX_SUBSCRIPTIONS = 1_000;

/** More than the values in all links of a message; what does not fit into a notification is not declared. */
const MAX_OPEN_FIELDS_LENGTH = 262_144;

/** 8 MB: the maximum number of subscriptions, each with several tracking links. */
export const WEB_PUSH_BODY_LIMIT_BYTES = 8 * 1_048_576;

/** The tracking links of one contact. Action names are compared in lower case, as all names of a request. */
export class SubscriptionExtraData {
  @OptionalText({ maxLength: MAX_LENGTH.url })
  clickedEventEndpoint?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  receivedEventEndpoint?: string | null;

  @OptionalMap({
    type: 'object',
    additionalProperties: { type: 'string' },
    selfRequired: false,
    nullable: true,
    description: 'a link for each action, by its name',
  })
  actionEventEndpoints?: FreeMap | null;
}

/**
 * Only the types are validated: an unusable subscription is refused in its own item, not with the whole call.
 */
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

  @RequestProperty({
    type: String,
    required: false,
    nullable: true,
    description: 'the VAPID public key that the subscription belongs to, base64url; the first key when absent',
  })
  @IsOptional()
  @IsString()
  vapidPublicKey?: string | null;

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

/** Body of `POST /webpush`: one message and up to 1,000 subscriptions. */
export class WebPushRequest extends DeliveryOptions {
  @RequestProperty({ type: SubscriptionRequest, isArray: true, minItems: 1, maxItems: MAX_SUBSCRIPTIONS })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_SUBSCRIPTIONS)
  @ValidateNested({ each: true })
  @Type(() => SubscriptionRequest)
  subscriptions: SubscriptionRequest[];

  @RenderedText()
  notificationTitle: string;

  @RenderedText()
  notificationBody: string;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  notificationOnClickLink?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  imageUrl?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  iconUrl?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.actionName })
  messageId?: string | null;

  @OptionalText({
    maxLength: MAX_OPEN_FIELDS_LENGTH,
    description: 'given where the tracking links have an `open`, for Safari; what that gets as its `fields`',
  })
  openFields?: string | null;

  @RequestProperty({
    type: ActionRequest,
    isArray: true,
    required: false,
    nullable: true,
    maxItems: MAX_ITEMS.actions,
  })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ActionRequest)
  actions?: ActionRequest[] | null;
}

class SubscriptionResponse {
  @ApiProperty()
  endpoint: string;

  @ApiProperty()
  p256DH: string;

  @ApiProperty()
  auth: string;
}

class WebPushExceptionResponse {
  @ApiProperty({ type: 'integer', description: "the push service's HTTP status" })
  messagingErrorCode: number;

  @ApiProperty()
  message: string;

  @ApiProperty({ type: String, nullable: true, example: '00:00:30', description: 'a .NET time span' })
  retryAfterSeconds: string | null;
}

class WebPushItemResponse {
  @ApiProperty()
  isSuccess: boolean;

  @ApiProperty()
  subscription: SubscriptionResponse;

  @ApiProperty({ type: WebPushExceptionResponse, nullable: true })
  exception: WebPushExceptionResponse | null;

  @ApiProperty({ type: ServiceAnswer, required: false, nullable: true, description: 'null where there was none' })
  serviceResponse?: ServiceAnswer | null;
}

/** Response to `POST /webpush`, with one item for each subscription, in their order. */
export class WebPushResponse {
  @ApiProperty({ type: WebPushItemResponse, isArray: true })
  responses: WebPushItemResponse[];

  @ApiProperty({ type: 'integer' })
  successCount: number;

  @ApiProperty({ type: 'integer' })
  failureCount: number;
}
