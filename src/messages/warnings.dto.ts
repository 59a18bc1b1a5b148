import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** What an accepted send may be warned of; docs/errors.md lists them. */
export const WARNING_CODES = ['domain_unknown', 'domain_disabled', 'prune_breaker_open', 'unknown_property'] as const;

export type WarningCode = (typeof WARNING_CODES)[number];

@ApiSchema({ name: 'WarningAnswer' })
export class WarningResponse {
  @ApiProperty({ enum: WARNING_CODES })
  code: WarningCode;

  @ApiProperty({ description: 'for people; may change', example: 'sned_at is not a property of this request.' })
  detail: string;
}
