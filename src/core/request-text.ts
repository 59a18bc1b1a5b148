import { applyDecorators } from '@nestjs/common';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { RequestProperty } from './request-property.js';

interface TextOptions {
  readonly maxLength: number;
  readonly example?: string;
  readonly description?: string;
  readonly format?: string;
}

/** A text of a request that must be there and hold more than white space. */
export function RequiredText({ maxLength, ...documentation }: TextOptions): PropertyDecorator {
  return applyDecorators(
    RequestProperty({ type: String, minLength: 1, maxLength, ...documentation }),
    IsString(),
    Matches(/\S/, { message: '$property must not be blank' }),
    MaxLength(maxLength),
  );
}

/** A text of a request that may be absent or null. */
export function OptionalText({ maxLength, ...documentation }: TextOptions): PropertyDecorator {
  return applyDecorators(
    RequestProperty({ type: String, required: false, nullable: true, maxLength, ...documentation }),
    IsOptional(),
    IsString(),
    MaxLength(maxLength),
  );
}
