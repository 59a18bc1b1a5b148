import { ApiProperty } from '@nestjs/swagger';
import { RequiredInstant } from '../core/request-instant.js';

export class PeriodQuery {
  @RequiredInstant({ example: '2026-01-01' })
  from: Date;

  @RequiredInstant({ example: '2026-12-31' })
  to: Date;
}

export class MessageDetailsAnswer {
  @ApiProperty({ example: 'example.com' })
  domain: string;

  @ApiProperty({ format: 'uuid' })
  messageId: string;

  @ApiProperty({ type: 'integer' })
  sent: number;

  @ApiProperty({ type: 'integer' })
  delivered: number;

  @ApiProperty({ type: 'integer' })
  notDelivered: number;

  @ApiProperty({ type: 'integer' })
  billableSends: number;

  @ApiProperty({ type: 'integer' })
  clicks: number;

  @ApiProperty({ type: 'integer' })
  received: number;

  @ApiProperty({ type: 'integer' })
  actionClick: number;
}
