import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInstant, toInstant } from '../core/instant.js';
import { RequestProperty } from '../core/request-property.js';

export class PeriodQuery {
  @RequestProperty({ type: String, format: 'date-time', example: '2026-01-01', description: 'inclusive' })
  @Transform(toInstant)
  @IsInstant()
  from: Date;

  @RequestProperty({ type: String, format: 'date-time', example: '2026-12-31', description: 'inclusive' })
  @Transform(toInstant)
  @IsInstant()
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
