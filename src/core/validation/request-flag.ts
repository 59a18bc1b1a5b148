import { applyDecorators } from '@nestjs/common';
import { IsBoolean, IsOptional } from 'class-validator';
import { RequestProperty } from './request-property.js';

interface FlagOptions {
  readonly description: string;
  readonly example: boolean;
}

/** Marks an optional boolean of a request: absent, null, true or false. */
export function OptionalFlag(documentation: FlagOptions): PropertyDecorator {
  return applyDecorators(
    RequestProperty({ type: Boolean, required: false, nullable: true, ...documentation }),
    IsOptional(),
    IsBoolean(),
  );
}
