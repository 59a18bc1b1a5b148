import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsOptional } from 'class-validator';
import { IsInstant, toInstant } from './instant.js';
import { RequestProperty } from './request-property.js';

const DOCUMENTATION = { type: String, format: 'date-time', description: 'inclusive' } as const;

/** An instant of a request that must be there. */
export function RequiredInstant({ example }: { readonly example: string }): PropertyDecorator {
  return applyDecorators(RequestProperty({ ...DOCUMENTATION, example }), Transform(toInstant), IsInstant());
}

/** An instant of a request that may be absent. */
export function OptionalInstant(): PropertyDecorator {
  return applyDecorators(
    RequestProperty({ ...DOCUMENTATION, required: false }),
    IsOptional(),
    Transform(toInstant),
    IsInstant(),
  );
}
