import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Cursor } from '../core/validation/request-cursor.js';
import { PageSize } from '../core/validation/request-integer.js';

const MAX_HOURS = 1_000;

export class MessageHoursQuery {
  @Cursor({ example: 'MTc2NzIyNTYwMDAwMA' })
  cursor?: string | null;

  @PageSize({ maximum: MAX_HOURS })
  per_page: number;
}

@ApiSchema({ name: 'MessageHourAnswer' })
export class MessageHourResponse {
  @ApiProperty({ format: 'date-time', example: '2026-06-01T09:00:00.000Z', description: 'the beginning of the hour' })
  date: Date;

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

  @ApiProperty({ type: 'integer', example: 30 })
  actionClicks: number;

  @ApiProperty({ type: 'integer', example: 12 })
  dismissed: number;

  @ApiProperty({ type: 'integer', example: 890, description: 'contacts that have received it for the first time' })
  uniqueReceived: number;

  @ApiProperty({ type: 'integer', example: 100, description: 'contacts that have clicked it for the first time' })
  uniqueClicks: number;
}

@ApiSchema({ name: 'MessageHoursAnswer' })
export class MessageHoursResponse {
  @ApiProperty({ type: [MessageHourResponse], description: 'ascending; hours without anything are left out' })
  items: MessageHourResponse[];

  @ApiProperty({ type: String, nullable: true, description: 'for the next page; null when there is none' })
  nextCursor: string | null;

  @ApiProperty({ type: 'integer', example: 100 })
  perPage: number;
}

@ApiSchema({ name: 'MessageOutcomeAnswer' })
export class MessageOutcomeResponse {
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'fcm.googleapis.com',
    description: 'who accepted or failed: PushApi, firebase, or a push service; null for nobody, or when not known',
  })
  pushService: string | null;

  @ApiProperty({ enum: ['delivered', 'notDelivered'], example: 'notDelivered' })
  outcome: 'delivered' | 'notDelivered';

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'gone',
    description:
      'why it was not delivered: a word of docs/operations.md, or a network error code; null when delivered or not known',
  })
  reason: string | null;

  @ApiProperty({ type: 'integer', example: 40 })
  contacts: number;
}

@ApiSchema({ name: 'MessageOutcomesAnswer' })
export class MessageOutcomesResponse {
  @ApiProperty({ format: 'uuid', example: 'df555721-5135-4b5d-9c6a-7db3565f22ae' })
  messageId: string;

  @ApiProperty({ description: 'false: a part was sent before outcomes were counted' })
  isComplete: boolean;

  @ApiProperty({ type: [MessageOutcomeResponse], description: 'most contacts first' })
  items: MessageOutcomeResponse[];
}
