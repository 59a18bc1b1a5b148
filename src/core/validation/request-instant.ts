import { applyDecorators } from '@nestjs/common';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsDate, IsOptional } from 'class-validator';
import { toInstant, toQueryInstant } from './instant.js';
import { RequestProperty } from './request-property.js';

interface InstantOptions {
  readonly example?: string;
  readonly description?: string;
}

const DOCUMENTATION = { type: String, format: 'date-time', description: 'inclusive; UTC without an offset' } as const;

/** Marks a required instant of a query. Its value is a Date. */
export function RequiredQueryInstant(documentation: InstantOptions): PropertyDecorator {
  return applyDecorators(
    RequestProperty({ ...DOCUMENTATION, ...documentation }),
    Transform(toQueryInstant),
    IsInstant(),
  );
}

/** Marks an optional instant of a query. Its value is a Date or undefined. */
export function OptionalQueryInstant(documentation: InstantOptions): PropertyDecorator {
  return applyDecorators(
    RequestProperty({ ...DOCUMENTATION, required: false, ...documentation }),
    IsOptional(),
    Transform(toQueryInstant),
    IsInstant(),
  );
}

/** Marks an optional instant of a body. Its value is a Date, null or undefined. */
export function OptionalInstant(documentation: InstantOptions): PropertyDecorator {
  return applyDecorators(
    RequestProperty({ ...DOCUMENTATION, required: false, nullable: true, ...documentation }),
    IsOptional(),
    Transform(({ value }: TransformFnParams) => (value === null ? null : toInstant({ value: value as unknown }))),
    IsInstant(),
  );
}

/** Rejects an invalid Date, which toInstant and toQueryInstant return for a text that they do not parse. */
function IsInstant(): PropertyDecorator {
  return IsDate({ message: '$property must be a date in ISO 8601' });
}
