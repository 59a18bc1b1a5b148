import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { MAX_ITEMS, MAX_LENGTH } from '../core/validation/limits.js';
import { Guid } from '../core/validation/request-guid.js';
import { NotificationOptionsRequest } from '../core/validation/request-notification-options.js';
import { OptionalInstant } from '../core/validation/request-instant.js';
import { RequestProperty } from '../core/validation/request-property.js';
import { OptionalText, RequiredText } from '../core/validation/request-text.js';
import { RatePerMinute } from '../core/validation/request-rate.js';
import { URGENCIES, type Urgency } from '../core/validation/urgency.js';
import { HaveNamesInOneCase, IsSegment } from './action-name-rules.js';
import { IsHttpsUrlOrEmpty } from './https-url.js';
import { UtmRequest } from './utm.dto.js';
import { WarningResponse } from './warnings.dto.js';

/** 28 days: the maximum of Firebase, and more than that of any browser's push service. */
const MAX_TIME_TO_LIVE_SECONDS = 2_419_200;

/** RFC 8030, section 5.4. */
const TOPIC = /^[A-Za-z0-9_-]{1,32}$/;

const LINK = { maxLength: MAX_LENGTH.url, description: 'https, or empty; placeholders after the host' } as const;

class ActionRequest {
  @OptionalText({
    maxLength: MAX_LENGTH.actionName,
    description: 'default: action and its place, from 1',
    example: 'buy',
  })
  @IsSegment()
  action?: string | null;

  @OptionalText({
    maxLength: MAX_LENGTH.title,
    description: 'default: title and its place, from 1',
    example: 'Buy now',
  })
  title?: string | null;

  @OptionalText({ ...LINK, example: 'https://example.com/buy.png' })
  @IsHttpsUrlOrEmpty()
  icon?: string | null;

  @OptionalText({ ...LINK, example: 'https://example.com/buy' })
  @IsHttpsUrlOrEmpty()
  link?: string | null;
}

export class MessageRequest extends NotificationOptionsRequest {
  @RequiredText({ maxLength: MAX_LENGTH.title, example: 'Summer sale' })
  title: string;

  @RequiredText({ maxLength: MAX_LENGTH.body, example: 'Everything at half price until Sunday.' })
  body: string;

  @OptionalText({ ...LINK, example: 'https://example.com/sale' })
  @IsHttpsUrlOrEmpty()
  onClickLink?: string | null;

  @OptionalText({ ...LINK, example: 'https://example.com/sale.png' })
  @IsHttpsUrlOrEmpty()
  imageUrl?: string | null;

  @OptionalText({ ...LINK, example: 'https://example.com/icon.png' })
  @IsHttpsUrlOrEmpty()
  iconUrl?: string | null;

  @RequestProperty({ type: Boolean, required: false, nullable: true, example: false, description: 'false when absent' })
  @IsOptional()
  @IsBoolean()
  preferLargeImage?: boolean | null;

  @RequestProperty({
    type: ActionRequest,
    isArray: true,
    required: false,
    nullable: true,
    maxItems: MAX_ITEMS.actions,
  })
  @IsOptional()
  @IsArray()
  @HaveNamesInOneCase()
  @ValidateNested({ each: true })
  @Type(() => ActionRequest)
  actions?: ActionRequest[] | null;

  @RequestProperty({
    type: 'integer',
    required: false,
    nullable: true,
    minimum: 1,
    maximum: MAX_TIME_TO_LIVE_SECONDS,
    example: 86_400,
    description: 'A push that is not sent by then is dropped, and one that is sent waits no longer for its device',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_TIME_TO_LIVE_SECONDS)
  timeToLiveSeconds?: number | null;

  @OptionalInstant({
    description: 'when to send; absent, null or past for at once',
    example: '2026-12-24T18:00:00+01:00',
  })
  sendAt?: Date | null;

  @RequestProperty({
    type: String,
    enum: URGENCIES,
    required: false,
    nullable: true,
    example: 'normal',
    description: 'RFC 8030, 5.3',
  })
  @IsOptional()
  @IsIn(URGENCIES)
  urgency?: Urgency | null;

  @RequestProperty({
    type: String,
    required: false,
    nullable: true,
    pattern: TOPIC.source,
    example: 'sale',
    description: 'A push replaces one of the same topic that still waits for its device (RFC 8030, 5.4)',
  })
  @IsOptional()
  @Matches(TOPIC, { message: '$property must be 1 to 32 letters, digits, - or _' })
  topic?: string | null;

  @RatePerMinute({ description: 'The most contacts in a minute of a domain or a list; by default that of the domain' })
  ratePerMinute?: number | null;

  @OptionalText({ ...LINK, example: 'https://example.com/badge.png' })
  @IsHttpsUrlOrEmpty()
  badgeUrl?: string | null;

  @RequestProperty({
    type: UtmRequest,
    required: false,
    nullable: true,
    description: 'campaign parameters, added to the links that have none',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => UtmRequest)
  utm?: UtmRequest | null;
}

/** A message that is stored now and sent to visitors later. */
export class StoreMessageRequest {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  domain: string;

  @RequestProperty({ type: MessageRequest })
  @IsObject()
  @ValidateNested()
  @Type(() => MessageRequest)
  message: MessageRequest;
}

@ApiSchema({ name: 'MessageIdAnswer' })
export class MessageIdResponse {
  @ApiProperty({ format: 'uuid', example: 'df555721-5135-4b5d-9c6a-7db3565f22ae' })
  messageId: string;

  @ApiProperty({ type: WarningResponse, isArray: true, required: false, description: 'absent when there are none' })
  warnings?: WarningResponse[];
}

/** Accepts a UUID of any version and in any form, as .NET's Guid does. */
export class MessageIdParams {
  @Guid({ example: 'df555721-5135-4b5d-9c6a-7db3565f22ae' })
  messageId: string;
}

export class DomainMessageParams extends MessageIdParams {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  domain: string;
}
