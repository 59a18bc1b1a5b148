import { applyDecorators } from '@nestjs/common';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsOptional, ValidateBy } from 'class-validator';
import { RequestProperty } from './request-property.js';

interface JsonOptions {
  /** Of the value as JSON in UTF-8, without white space. */
  readonly maxBytes: number;
  readonly description: string;
  readonly example: Readonly<Record<string, unknown>>;
}

/**
 * Marks an optional object of a request whose content is the caller's own, down to its innermost value:
 * absent, null, or at most `maxBytes` as JSON. Names keep their case.
 */
export function OptionalJsonObject({ maxBytes, ...documentation }: JsonOptions): PropertyDecorator {
  return applyDecorators(
    // `additionalProperties: true` lets ShapeReader keep all of the value.
    RequestProperty({
      ...documentation,
      type: 'object',
      additionalProperties: true,
      selfRequired: false,
      nullable: true,
    }),
    // As text until here: class-transformer looks into objects, and takes `constructor` for their class.
    Transform(({ value }: TransformFnParams): unknown => (typeof value === 'string' ? JSON.parse(value) : value)),
    IsOptional(),
    ValidateBy({
      name: 'isSmallJson',
      validator: {
        validate: (value) => jsonBytes(value) <= maxBytes,
        defaultMessage: () => `$property must have at most ${maxBytes} bytes as JSON`,
      },
    }),
  );
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
