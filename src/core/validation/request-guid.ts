import { applyDecorators } from '@nestjs/common';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsUUID } from 'class-validator';
import { RequestProperty } from './request-property.js';

/**
 * The forms in which .NET prints and parses a Guid: `D`, `N` (32 digits), `B` (braces) and `P` (parentheses);
 * learn.microsoft.com, "Guid.ToString".
 */
const FORMS =
  /^(?:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})|([0-9a-f]{32})|\{([0-9a-f-]{36})\}|\(([0-9a-f-]{36})\))$/i;

/** Returns the form `D` in lower case; anything but a Guid is returned as it is. */
export function toGuid(value: unknown): unknown {
  const forms = typeof value === 'string' ? FORMS.exec(value) : null;
  const text = forms?.slice(1).join('');
  return text?.toLowerCase().replace(/^(.{8})-?(.{4})-?(.{4})-?(.{4})-?(.{12})$/, '$1-$2-$3-$4-$5') ?? value;
}

/** Marks a required UUID of a request, in any form of FORMS. Its value is the form `D` in lower case. */
export function Guid(documentation: { readonly example: string }): PropertyDecorator {
  return applyDecorators(
    RequestProperty({ type: String, format: 'uuid', ...documentation }),
    Transform(({ value }: TransformFnParams) => toGuid(value)),
    IsUUID('loose'),
  );
}
