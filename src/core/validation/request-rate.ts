import { applyDecorators } from '@nestjs/common';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { RequestProperty } from './request-property.js';

/** More than any push service lets through. */
const MAX_RATE = 1_000_000;

/** Marks a rate in contacts a minute: a whole number from 1 to 1,000,000; absent or null for none. */
export function RatePerMinute({ description }: { readonly description: string }): PropertyDecorator {
  return applyDecorators(
    RequestProperty({
      type: 'integer',
      required: false,
      nullable: true,
      minimum: 1,
      maximum: MAX_RATE,
      example: 1_000,
      description,
    }),
    IsOptional(),
    IsInt(),
    Min(1),
    Max(MAX_RATE),
  );
}
