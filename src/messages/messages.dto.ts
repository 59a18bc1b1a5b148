import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { MAX_LENGTH } from '../core/limits.js';
import { OptionalInstant } from '../core/request-instant.js';
import { RequestProperty } from '../core/request-property.js';
import { OptionalText, RequiredText } from '../core/request-text.js';
import { URGENCIES, type Urgency } from '../core/urgency.js';
import { IsHttpsUrlOrEmpty } from './https-url.js';

/** 28 days: what Firebase keeps a message for at most, and longer than any browser's push service does. */
const MAX_TIME_TO_LIVE_SECONDS = 2_419_200;

/** RFC 8030, section 5.4. */
const TOPIC = /^[A-Za-z0-9_-]{1,32}$/;

class ActionRequest {
  @OptionalText({ maxLength: MAX_LENGTH.actionName, description: 'default: action and its place, from 1' })
  action?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.title, description: 'default: title and its place, from 1' })
  title?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  icon?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url })
  link?: string | null;
}

export class MessageRequest {
  @RequiredText({ maxLength: MAX_LENGTH.title, example: 'Summer sale' })
  title: string;

  @RequiredText({ maxLength: MAX_LENGTH.body, example: 'Everything at half price until Sunday.' })
  body: string;

  @OptionalText({ maxLength: MAX_LENGTH.url, example: 'https://example.com/sale', description: 'https, or empty' })
  @IsHttpsUrlOrEmpty()
  onClickLink?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url, description: 'https, or empty' })
  @IsHttpsUrlOrEmpty()
  imageUrl?: string | null;

  @OptionalText({ maxLength: MAX_LENGTH.url, description: 'https, or empty' })
  @IsHttpsUrlOrEmpty()
  iconUrl?: string | null;

  @RequestProperty({ type: Boolean, required: false, nullable: true, default: false })
  @IsOptional()
  @IsBoolean()
  preferLargeImage?: boolean | null;

  @RequestProperty({ type: ActionRequest, isArray: true, required: false, nullable: true })
  @IsOptional()
  @IsArray()
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

  @RequestProperty({ type: String, enum: URGENCIES, required: false, nullable: true, description: 'RFC 8030, 5.3' })
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
}

export class StoreMessageRequest {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  domain: string;

  @RequestProperty({ type: MessageRequest })
  @IsObject()
  @ValidateNested()
  @Type(() => MessageRequest)
  message: MessageRequest;
}

export class MessageIdAnswer {
  @ApiProperty({ format: 'uuid' })
  messageId: string;
}

/** Any UUID, in the form that .NET's Guid accepts too. */
export class MessageIdParams {
  @RequestProperty({ type: String, format: 'uuid', example: 'df555721-5135-4b5d-9c6a-7db3565f22ae' })
  @IsUUID('loose')
  messageId: string;
}

export class DomainMessageParams extends MessageIdParams {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  domain: string;
}
