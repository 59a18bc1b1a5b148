import { applyDecorators } from '@nestjs/common';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsOptional } from 'class-validator';
import { IsInstant, toInstant } from './instant.js';
import { RequestProperty } from './request-property.js';

const DOCUMENTATION = { type: String, format: 'date-time', description: 'inclusive' } as const;

interface InstantDocumentation {
  readonly description?: string;
  readonly example?: string;
}

/** An instant of a request that must be there. */
export function RequiredInstant({ example }: { readonly example: string }): PropertyDecorator {
  return applyDecorators(RequestProperty({ ...DOCUMENTATION, example }), Transform(toInstant), IsInstant());
}

/** An instant of a request that may be absent, and in a body null. */
export function OptionalInstant(documentation: InstantDocumentation = {}): PropertyDecorator {
  return applyDecorators(
    RequestProperty({ ...DOCUMENTATION, required: false, nullable: true, ...documentation }),
    IsOptional(),
    Transform(({ value }: TransformFnParams) => (value === null ? null : toInstant({ value: value as unknown }))),
    IsInstant(),
  );
}
