import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import type { NotificationOptions } from '../core/validation/notification-options.js';
import { URGENCIES, type Urgency } from '../core/validation/urgency.js';
import { MessageCountersResponse } from './message-list.dto.js';

const NULLABLE_TEXT = { type: String, nullable: true } as const;

@ApiSchema({ name: 'MessageActionAnswer' })
export class MessageActionResponse {
  @ApiProperty({ example: 'buy' })
  action: string;

  @ApiProperty({ example: 'Buy now' })
  title: string;

  @ApiProperty({ ...NULLABLE_TEXT, example: 'https://example.com/buy.png' })
  icon: string | null;

  @ApiProperty({ ...NULLABLE_TEXT, example: 'https://example.com/buy' })
  link: string | null;
}

@ApiSchema({ name: 'MessageUtmAnswer' })
export class MessageUtmResponse {
  @ApiPropertyOptional({ example: 'push' })
  source?: string;

  @ApiPropertyOptional({ example: 'notification' })
  medium?: string;

  @ApiPropertyOptional({ example: 'summer-sale' })
  campaign?: string;

  @ApiPropertyOptional({ example: 'button' })
  content?: string;
}

/** How a browser shows a message; absent where the browser chooses. */
class MessageOptionsResponse extends MessageCountersResponse implements NotificationOptions {
  @ApiPropertyOptional()
  requireInteraction?: boolean;

  @ApiPropertyOptional()
  silent?: boolean;

  @ApiPropertyOptional()
  renotify?: boolean;

  @ApiPropertyOptional({ example: 'sale' })
  tag?: string;

  @ApiPropertyOptional({ type: 'integer', isArray: true, example: [200, 100, 200] })
  vibrate?: readonly number[];

  @ApiPropertyOptional({ example: 'es-AR' })
  language?: string;

  @ApiPropertyOptional({ enum: ['auto', 'ltr', 'rtl'], example: 'ltr' })
  direction?: 'auto' | 'ltr' | 'rtl';

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { orderId: 4711 } })
  data?: Readonly<Record<string, unknown>>;
}

@ApiSchema({ name: 'MessageAnswer' })
export class MessageResponse extends MessageOptionsResponse {
  @ApiProperty({ format: 'uuid', example: 'df555721-5135-4b5d-9c6a-7db3565f22ae' })
  messageId: string;

  @ApiProperty({ example: 'example.com' })
  domain: string;

  @ApiProperty({ example: 'Summer sale' })
  title: string;

  @ApiProperty({ example: 'Everything at half price until Sunday.' })
  body: string;

  @ApiProperty({ ...NULLABLE_TEXT, example: 'https://example.com/sale' })
  onClickLink: string | null;

  @ApiProperty({ ...NULLABLE_TEXT, example: 'https://example.com/sale.png' })
  imageUrl: string | null;

  @ApiProperty({ ...NULLABLE_TEXT, example: 'https://example.com/icon.png' })
  iconUrl: string | null;

  @ApiProperty({ ...NULLABLE_TEXT, example: 'https://example.com/badge.png' })
  badgeUrl: string | null;

  @ApiProperty({ example: false })
  preferLargeImage: boolean;

  @ApiProperty({ type: [MessageActionResponse] })
  actions: readonly MessageActionResponse[];

  @ApiProperty({ type: MessageUtmResponse, nullable: true })
  utm: MessageUtmResponse | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 86_400 })
  timeToLiveSeconds: number | null;

  @ApiProperty({ type: String, enum: [...URGENCIES, null], nullable: true, example: 'normal' })
  urgency: Urgency | null;

  @ApiProperty({ ...NULLABLE_TEXT, example: 'sale' })
  topic: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: "null for the domain's", example: 6_000 })
  ratePerMinute: number | null;

  @ApiProperty({ format: 'date-time', description: 'when it was accepted' })
  insertedAt: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'null to send at once' })
  sendAt: Date | null;
}
