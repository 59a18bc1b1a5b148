import { applyDecorators } from '@nestjs/common';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { RequestProperty } from './request-property.js';

interface TextOptions {
  readonly maxLength: number;
  readonly example?: string | null;
  readonly description?: string;
  readonly format?: string;
}

/**
 * Marks a required text of a request: not blank, and at most `maxLength` characters.
 *
 * @example
 * class DomainRequest { @RequiredText({ maxLength: MAX_LENGTH.domain }) domain: string; }
 * const metadata = { type: 'body', metatype: DomainRequest } as const;
 * pipe.transform({ domain: 'example.com' }, metadata); // an instance of DomainRequest
 * pipe.transform({ domain: ' ' }, metadata); // throws validation_failed for `domain`
 */
export function RequiredText({ maxLength, ...documentation }: TextOptions): PropertyDecorator {
  return applyDecorators(
    RequestProperty({ type: String, minLength: 1, maxLength, ...documentation }),
    IsString(),
    Matches(/\S/, { message: '$property must not be blank' }),
    MaxLength(maxLength),
  );
}

/** Marks an optional text of a request: absent, null, or at most `maxLength` characters. */
export function OptionalText({ maxLength, ...documentation }: TextOptions): PropertyDecorator {
  return applyDecorators(
    RequestProperty({ type: String, required: false, nullable: true, maxLength, ...documentation }),
    IsOptional(),
    IsString(),
    MaxLength(maxLength),
  );
}
