import { ApiProperty } from '@nestjs/swagger';

export class ProgressAnswer {
  @ApiProperty({ format: 'uuid' })
  messageId: string;

  @ApiProperty({ example: 'example.com' })
  domain: string;

  @ApiProperty({ enum: ['planning', 'sending', 'done', 'cancelled'] })
  state: 'planning' | 'sending' | 'done' | 'cancelled';

  @ApiProperty({ type: 'integer', description: 'delivered + notDelivered + pending', example: 1_000 })
  planned: number;

  @ApiProperty({ type: 'integer', example: 700 })
  delivered: number;

  @ApiProperty({ type: 'integer', example: 20 })
  notDelivered: number;

  @ApiProperty({ type: 'integer', example: 280 })
  pending: number;

  @ApiProperty({ format: 'date-time' })
  startedAt: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  finishedAt: Date | null;
}
