import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { AppError, invalidProperties } from '../errors/errors.js';
import { isRecord } from '../validation/is-record.js';
import { MAX_ERRORS, ShapeReader } from '../validation/shape-reader.js';
import { keepUnknownProperties } from '../validation/unknown-properties.js';
import { applyStrictHandling } from './strict-handling.js';

type RequestClass = Type<object>;

/**
 * Turns body, query and path parameters into an instance of their request class and validates it. Names match
 * in any case; properties without RequestProperty are dropped, and those of a body are kept for
 * `findUnknownProperties`. Shapes are checked before contents. Throws `validation_failed` with the invalid
 * properties, at most 20; where strict handling is preferred, a body's unknown ones are invalid.
 */
@Injectable()
export class RequestPipe implements PipeTransform {
  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if (metatype === undefined || type === 'custom' || isBuiltIn(metatype)) return value;
    if (!isRecord(value)) throw new AppError('validation_failed', 'The body must be a JSON object.');
    const isStrict = type === 'body' && applyStrictHandling(value);
    return validated(metatype as RequestClass, value, isStrict);
  }
}

/**
 * Validates a body that is a raw JSON string as the property `name` of `requestClass`, and returns the
 * string. Throws `validation_failed` under that name.
 *
 * @example
 * class EmailBody { @RequiredText({ maxLength: MAX_LENGTH.email }) email: string; }
 * const pipe = new BareStringPipe(EmailBody, 'email');
 * pipe.transform('visitor@example.com'); // 'visitor@example.com'
 * pipe.transform(''); // throws validation_failed for `email`
 */
export class BareStringPipe implements PipeTransform {
  constructor(
    private readonly requestClass: RequestClass,
    private readonly name: string,
  ) {}

  transform(value: unknown): string {
    const request = validated(this.requestClass, { [this.name]: value });
    return (request as Record<string, string>)[this.name] ?? '';
  }
}

function validated(requestClass: RequestClass, value: Record<string, unknown>, isStrict = false): object {
  const reader = new ShapeReader();
  const shaped = reader.read(requestClass, value);
  assertNone(isStrict ? new Map([...reader.errors, ...reader.unknown.errors]) : reader.errors);
  const request = plainToInstance(requestClass, shaped, { excludeExtraneousValues: true, exposeUnsetFields: false });
  const errors = new Map<string, readonly string[]>();
  collectMessages(validateSync(request, { forbidUnknownValues: false }), '', errors);
  assertNone(errors);
  keepUnknownProperties(request, reader.unknown);
  return request;
}

function assertNone(errors: ReadonlyMap<string, readonly string[]>): void {
  if (errors.size > 0) throw invalidProperties(errors);
}

function collectMessages(
  errors: readonly ValidationError[],
  path: string,
  messages: Map<string, readonly string[]>,
): void {
  for (const error of errors) {
    if (messages.size >= MAX_ERRORS) return;
    const name = `${path}${error.property}`;
    if (error.constraints) messages.set(name, Object.values(error.constraints));
    collectMessages(error.children ?? [], `${name}.`, messages);
  }
}

function isBuiltIn(metatype: NonNullable<ArgumentMetadata['metatype']>): boolean {
  return ([String, Number, Boolean, Array, Object] as unknown[]).includes(metatype);
}
