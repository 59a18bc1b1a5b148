import { applyDecorators } from '@nestjs/common';
import { IsBoolean, IsOptional } from 'class-validator';
import { RequestProperty } from './request-property.js';

/** Marks an optional boolean of a request: absent, null, true or false. */
export function OptionalFlag(documentation: { readonly description: string }): PropertyDecorator {
  return applyDecorators(
    RequestProperty({ type: Boolean, required: false, nullable: true, example: true, ...documentation }),
    IsOptional(),
    IsBoolean(),
  );
}
