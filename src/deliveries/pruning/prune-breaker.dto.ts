import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { MAX_LENGTH } from '../../core/validation/limits.js';
import { RequiredText } from '../../core/validation/request-text.js';

export class PruneBreakerParams {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  name: string;
}

/** All but `domain` and `isOpen` are absent of a breaker that was never open. */
@ApiSchema({ name: 'PruneBreakerAnswer' })
export class PruneBreakerResponse {
  @ApiProperty({ example: 'example.com' })
  domain: string;

  @ApiProperty({ description: 'whether contacts that are gone stay as they are', example: true })
  isOpen: boolean;

  @ApiProperty({ required: false, description: 'when it opened last' })
  openedAt?: Date;

  @ApiProperty({ required: false, format: 'uuid', description: 'the message by whose answers it opened' })
  messageId?: string;

  @ApiProperty({ required: false, type: 'integer', example: 100, description: 'contacts of these answers' })
  answered?: number;

  @ApiProperty({
    required: false,
    type: 'integer',
    example: 98,
    description: 'those of them that were said to be gone',
  })
  gone?: number;

  @ApiProperty({ required: false, example: 0.02, description: 'the share that was gone in the 30 days before' })
  pastShare?: number;

  @ApiProperty({ required: false, type: 'integer', example: 2_940, description: 'contacts that were not pruned since' })
  withheld?: number;

  @ApiProperty({ required: false, description: 'until when nothing opens it again' })
  releasedUntil?: Date;
}
