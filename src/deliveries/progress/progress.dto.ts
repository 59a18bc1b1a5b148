import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** Contacts that are pending for the same reason. */
@ApiSchema({ name: 'WaitReasonAnswer' })
export class WaitReasonResponse {
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'fcm.googleapis.com',
    description: 'who failed: PushApi, firebase, or a push service; null for nobody',
  })
  pushService: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 429,
    description: "its HTTP status, or the number of Firebase's error",
  })
  status: number | null;

  @ApiProperty({
    example: 'limits',
    description: 'scheduled, queued, throttled, rate-per-minute, a word of docs/operations.md, or a network error code',
  })
  reason: string;

  @ApiProperty({ type: 'integer', example: 280 })
  contacts: number;
}

@ApiSchema({ name: 'ProgressAnswer' })
export class ProgressResponse {
  @ApiProperty({ format: 'uuid' })
  messageId: string;

  @ApiProperty({ example: 'example.com' })
  domain: string;

  @ApiProperty({
    enum: ['scheduled', 'planning', 'sending', 'done', 'cancelled'],
    description: 'scheduled: nothing of it begins before sendAt',
  })
  state: 'scheduled' | 'planning' | 'sending' | 'done' | 'cancelled';

  @ApiProperty({ type: 'integer', description: 'delivered + notDelivered + pending', example: 1_000 })
  planned: number;

  @ApiProperty({ type: 'integer', example: 700 })
  delivered: number;

  @ApiProperty({ type: 'integer', example: 20 })
  notDelivered: number;

  @ApiProperty({ type: 'integer', example: 280 })
  pending: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    example: 12,
    description: 'those of notDelivered that a push service refused for the VAPID key; absent without any',
  })
  wrongKey?: number;

  @ApiProperty({ format: 'date-time', description: 'when it was accepted; where that is later, its sendAt' })
  startedAt: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  finishedAt: Date | null;

  @ApiProperty({
    type: 'integer',
    required: false,
    example: 12,
    description: 'notifications that visitors closed without a click; absent when there is none',
  })
  dismissed?: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    required: false,
    example: '2026-12-24T17:00:00.000Z',
    description: 'when it is scheduled to be sent; absent once that begins',
  })
  sendAt?: Date;

  @ApiProperty({
    type: WaitReasonResponse,
    isArray: true,
    required: false,
    description: 'what pending contacts wait for, each counted once; absent once it has finished',
  })
  waitingFor?: WaitReasonResponse[];

  @ApiProperty({
    type: String,
    format: 'date-time',
    required: false,
    nullable: true,
    description: 'when the first of those that failed is tried again, or a scheduled one is sent',
  })
  nextAttemptAt?: Date | null;
}
