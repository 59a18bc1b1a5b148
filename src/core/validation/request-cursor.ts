import { applyDecorators } from '@nestjs/common';
import { Transform, type TransformFnParams } from 'class-transformer';
import { Matches } from 'class-validator';
import { invalidProperty } from '../errors/errors.js';
import { OptionalText } from './request-text.js';

const DEFAULT_MAX_LENGTH = 128;

const MESSAGE = 'must be the nextCursor of a response';

/** Marks the cursor of a page in a query. Its value is null or undefined for the first page. */
export function Cursor({
  example,
  maxLength = DEFAULT_MAX_LENGTH,
}: {
  readonly example: string;
  readonly maxLength?: number;
}): PropertyDecorator {
  const description = 'the nextCursor of the previous response; absent or empty for the first page';
  return applyDecorators(
    OptionalText({ maxLength, example, description }),
    Transform(({ value }: TransformFnParams) => (value === '' ? null : (value as unknown))),
    Matches(/^[\w-]+$/, { message: `$property ${MESSAGE}` }),
  );
}

/** Encodes the place where the next page begins as a cursor; null where there is none. */
export function toCursor(place: string | null | undefined): string | null {
  return place === null || place === undefined ? null : Buffer.from(place).toString('base64url');
}

/**
 * Decodes a cursor into the groups of the place's pattern; undefined for the first page. Throws
 * `validation_failed` for a cursor of another kind.
 */
export function readCursor(cursor: string | null | undefined, pattern: RegExp): readonly string[] | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const found = pattern.exec(Buffer.from(cursor, 'base64url').toString());
  if (found === null) throw invalidProperty('cursor', MESSAGE);
  return found;
}
