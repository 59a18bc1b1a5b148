import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { NotContains } from 'class-validator';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { Cursor } from '../core/validation/request-cursor.js';
import { OptionalQueryInstant } from '../core/validation/request-instant.js';
import { PageSize } from '../core/validation/request-integer.js';
import { OptionalText, RequiredText } from '../core/validation/request-text.js';
import { SHOWN_HOURS } from '../stats/message-hours.reader.js';

const MAX_MESSAGES = 100;

const MAX_SEARCH_LENGTH = 256;

export const MESSAGE_STATES = ['stored', 'scheduled', 'planning', 'sending', 'done', 'cancelled'] as const;

export class DomainMessagesParams {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  name: string;
}

export class DomainMessagesQuery {
  @OptionalQueryInstant({ example: '2026-01-01' })
  from?: Date;

  @OptionalQueryInstant({ example: '2100-01-01' })
  to?: Date;

  @OptionalText({
    maxLength: MAX_SEARCH_LENGTH,
    example: 'sale',
    description: 'what title or body must contain, in any case',
  })
  // No regular expression of MongoDB has one.
  @NotContains('\0', { message: '$property must not contain NUL' })
  text?: string | null;

  @Cursor({ example: 'NDA3MDkwODgwMDAwMC42NjI5MWFjY2RjM2FiNjM2Mjg4YWY0YWI' })
  cursor?: string | null;

  @PageSize({ maximum: MAX_MESSAGES })
  per_page: number;
}

/** The counters of a message since it was stored. */
export class MessageCountersResponse {
  @ApiProperty({
    enum: MESSAGE_STATES,
    description: 'stored: not sent so far; scheduled: nothing of it begins before sendAt',
  })
  state: (typeof MESSAGE_STATES)[number];

  @ApiProperty({ type: 'integer', example: 1_000 })
  sent: number;

  @ApiProperty({ type: 'integer', example: 950 })
  delivered: number;

  @ApiProperty({ type: 'integer', example: 50 })
  notDelivered: number;

  @ApiProperty({ type: 'integer', example: 900 })
  received: number;

  @ApiProperty({ type: 'integer', example: 120 })
  clicks: number;

  @ApiProperty({ type: 'integer', example: 12, description: 'notifications that visitors closed without a click' })
  dismissed: number;
}

@ApiSchema({ name: 'DomainMessageAnswer' })
export class DomainMessageResponse extends MessageCountersResponse {
  @ApiProperty({ format: 'uuid', example: 'df555721-5135-4b5d-9c6a-7db3565f22ae' })
  messageId: string;

  @ApiProperty({ example: 'Summer sale' })
  title: string;

  @ApiProperty({ example: 'Everything at half price until Sunday.' })
  body: string;

  @ApiProperty({ type: String, nullable: true, example: 'https://example.com/sale.png' })
  imageUrl: string | null;

  @ApiProperty({ format: 'date-time', description: 'when it was accepted' })
  insertedAt: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'null to send at once' })
  sendAt: Date | null;

  @ApiProperty({
    type: 'integer',
    isArray: true,
    minItems: SHOWN_HOURS,
    maxItems: SHOWN_HOURS,
    example: Array.from({ length: SHOWN_HOURS }, (_, hour) => Math.round(240 / (hour + 1))),
    description: 'receipts and clicks of each of its first 24 UTC hours',
  })
  activity: number[];
}

@ApiSchema({ name: 'DomainMessagesAnswer' })
export class DomainMessagesResponse {
  @ApiProperty({ type: [DomainMessageResponse], description: 'the latest first' })
  items: DomainMessageResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'for the next page; null when there is none' })
  nextCursor: string | null;

  @ApiProperty({ type: 'integer', example: 100 })
  perPage: number;
}
