import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
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

/** An instant of a request that may be absent. */
export function OptionalInstant(documentation: InstantOptions = {}): PropertyDecorator {
  return applyDecorators(
    RequestProperty({ ...DOCUMENTATION, ...documentation, required: false }),
    IsOptional(),
    Transform(toInstant),
    IsInstant(),
  );
}
