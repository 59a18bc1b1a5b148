import { ApiProperty, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ name: 'MessageReportAnswer' })
export class MessageReportResponse {
  @ApiProperty({ format: 'uuid', example: 'df555721-5135-4b5d-9c6a-7db3565f22ae' })
  messageId: string;

  @ApiProperty({ example: 'example.com' })
  domain: string;

  @ApiProperty({ type: 'integer', example: 1_000 })
  sent: number;

  @ApiProperty({ type: 'integer', example: 950 })
  delivered: number;

  @ApiProperty({ type: 'integer', example: 50 })
  notDelivered: number;

  @ApiProperty({ type: 'integer', example: 990, description: 'delivered, or refused because the contact is gone' })
  billableSends: number;

  @ApiProperty({ type: 'integer', example: 120, description: 'all of them: a contact may click several times' })
  clicks: number;

  @ApiProperty({ type: 'integer', example: 900 })
  received: number;

  @ApiProperty({ type: 'integer', example: 30 })
  actionClicks: number;

  @ApiProperty({ type: 'integer', example: 12, description: 'notifications that visitors closed without a click' })
  dismissed: number;

  @ApiProperty({ type: 'integer', example: 100, description: 'contacts that have clicked' })
  uniqueClicks: number;

  @ApiProperty({ type: 'integer', example: 890, description: 'contacts that have received it' })
  uniqueReceived: number;

  @ApiProperty({ type: 'integer', example: 28, description: 'for each action, contacts that have clicked it' })
  uniqueActionClicks: number;
}
