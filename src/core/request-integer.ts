import { applyDecorators } from '@nestjs/common';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsInt } from 'class-validator';
import { RequestProperty } from './request-property.js';

interface IntegerOptions {
  readonly minimum: number;
  readonly maximum: number;
  /** What an absent one means. */
  readonly default: number;
  readonly description: string;
}

/** The largest that .NET clients and a signed 32-bit integer know. */
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

/** How many items of a list to answer: 1 to `maximum`, 100 when absent. */
export function PageSize({ maximum }: { readonly maximum: number }): PropertyDecorator {
  return QueryInteger({ minimum: 1, maximum, default: DEFAULT_PAGE_SIZE, description: 'items to answer at most' });
}

/** How many items of a list to pass over: 0 or more, 0 when absent. */
export function PageOffset(): PropertyDecorator {
  const description = 'items to pass over: 0, then what the answer before had as its page';
  return QueryInteger({ minimum: 0, maximum: MAX_OFFSET, default: 0, description });
}

/** NaN, which @IsInt rejects, for what is no whole number in the bounds. */
function toInteger(value: unknown, { minimum, maximum, default: absent }: IntegerOptions): number {
  if (value === undefined) return absent;
  const integer = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
  return integer >= minimum && integer <= maximum ? integer : Number.NaN;
}
