import { applyDecorators } from '@nestjs/common';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsOptional } from 'class-validator';
import { IsInstant, toInstant } from './instant.js';
import { RequestProperty } from './request-property.js';

interface InstantOptions {
  readonly example?: string;
  readonly description?: string;
}

const DOCUMENTATION = { type: String, format: 'date-time', description: 'inclusive; UTC without an offset' } as const;

/** An instant of a request that must be there. */
export function RequiredInstant(documentation: InstantOptions): PropertyDecorator {
  return applyDecorators(RequestProperty({ ...DOCUMENTATION, ...documentation }), Transform(toInstant), IsInstant());
}

/** An instant of a request that may be absent, and in a body null. */
export function OptionalInstant(documentation: InstantOptions = {}): PropertyDecorator {
  return applyDecorators(
    RequestProperty({ ...DOCUMENTATION, required: false, nullable: true, ...documentation }),
    IsOptional(),
    Transform(({ value }: TransformFnParams) => (value === null ? null : toInstant({ value: value as unknown }))),
    IsInstant(),
  );
}
