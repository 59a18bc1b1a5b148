import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { MAX_LENGTH } from '../../core/validation/limits.js';
import { OptionalQueryInstant } from '../../core/validation/request-instant.js';
import { RequiredText } from '../../core/validation/request-text.js';

export class GrowthParams {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  name: string;
}

export class GrowthQuery {
  @OptionalQueryInstant({
    example: '2026-11-01',
    description: 'in the first day; 29 days before the last one when absent, and at most 399',
  })
  from?: Date;

  @OptionalQueryInstant({ example: '2026-11-30', description: 'in the last day; now when absent' })
  to?: Date;
}

@ApiSchema({ name: 'GrowthDayAnswer' })
export class GrowthDayResponse {
  @ApiProperty({ format: 'date', example: '2026-11-30', description: 'a day of UTC' })
  date: string;

  @ApiProperty({ type: 'integer', example: 40, description: 'contacts that are new to the domain' })
  registered: number;

  @ApiProperty({ type: 'integer', example: 3, description: 'contacts that had left or were pruned, and came back' })
  returned: number;

  @ApiProperty({ type: 'integer', example: 9, description: 'contacts that are gone, or were replaced by another' })
  pruned: number;

  @ApiProperty({ type: 'integer', example: 4, description: 'contacts whose visitors left' })
  unsubscribed: number;

  @ApiProperty({ type: 'integer', example: 1, description: 'active contacts that were erased' })
  erased: number;

  @ApiProperty({ type: 'integer', example: 1_200, description: 'active contacts at the end of the day' })
  active: number;

  @ApiPropertyOptional({
    type: 'integer',
    example: -2,
    description: 'active contacts that another program added, and did not count; absent without any',
  })
  corrected?: number;
}

@ApiSchema({ name: 'GrowthAnswer' })
export class GrowthResponse {
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-11-01T00:00:00.000Z',
    description: 'days before are unknown, and absent; null while the contacts are not counted yet',
  })
  countedSince: Date | null;

  @ApiProperty({ type: [GrowthDayResponse], description: 'each day, ascending, also those without a change' })
  items: GrowthDayResponse[];
}
