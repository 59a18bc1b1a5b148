import { applyDecorators } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsObject, IsOptional } from 'class-validator';
import { RequestProperty } from './request-property.js';

/**
 * Values by names that the caller chooses, in lower case. A Map: an object has names of its own, such as
 * `constructor`.
 */
export type FreeMap = ReadonlyMap<string, unknown>;

/** Marks an optional object of a request whose names the caller chooses; it becomes a FreeMap. */
export function OptionalMap(documentation: ApiPropertyOptions): PropertyDecorator {
  return (target, key) => {
    applyDecorators(
      RequestProperty({ ...documentation, type: 'object' } as ApiPropertyOptions),
      // Untouched: class-transformer would drop the names, which are no properties of a class.
      Transform(({ obj }: TransformFnParams) => (obj as Record<string, unknown>)[String(key).toLowerCase()]),
      IsOptional(),
      IsObject(),
    )(target, key);
  };
}
