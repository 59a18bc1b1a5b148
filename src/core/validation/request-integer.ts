import { applyDecorators } from '@nestjs/common';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsInt } from 'class-validator';
import { RequestProperty } from './request-property.js';

interface IntegerOptions {
  readonly minimum: number;
  readonly maximum: number;
  /** The value when the property is absent. */
  readonly default: number;
  readonly description: string;
}

/** The largest signed 32-bit integer, which .NET clients use. */
const MAX_OFFSET = 2_147_483_647;

const DEFAULT_PAGE_SIZE = 100;

/** A whole number in a query, from `minimum` to `maximum`. */
function QueryInteger(options: IntegerOptions): PropertyDecorator {
  const { minimum, maximum } = options;
  return applyDecorators(
    RequestProperty({ type: 'integer', required: false, example: options.default, ...options }),
    Transform(({ value }: TransformFnParams) => toInteger(value, options)),
    IsInt({ message: `$property must be a whole number from ${minimum} to ${maximum}` }),
  );
}

/** Marks the number of items to return: 1 to `maximum`, 100 when absent. */
export function PageSize({ maximum }: { readonly maximum: number }): PropertyDecorator {
  return QueryInteger({ minimum: 1, maximum, default: DEFAULT_PAGE_SIZE, description: 'at most this many items' });
}

/** Marks the number of items to skip: 0 or more, 0 when absent. */
export function PageOffset(): PropertyDecorator {
  const description = 'items to skip: 0, then the `page` of the previous response';
  return QueryInteger({ minimum: 0, maximum: MAX_OFFSET, default: 0, description });
}

/** Returns NaN, which IsInt rejects, for anything but a whole number within the bounds. */
function toInteger(value: unknown, { minimum, maximum, default: absent }: IntegerOptions): number {
  if (value === undefined) return absent;
  const integer = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
  return integer >= minimum && integer <= maximum ? integer : Number.NaN;
}
