import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { AppError } from './errors.js';

/** Nesting that no request needs; deeper ones are refused before anything recurses into them. */
const MAX_DEPTH = 16;

type RequestClass = Type<object>;

/** Turns the body, query and path parameters of every request into an instance of their class, or rejects them. */
@Injectable()
export class RequestPipe implements PipeTransform {
  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if (metatype === undefined || type === 'custom' || isBuiltIn(metatype)) return value;
    if (!isRecord(value)) throw new AppError('validation_failed', 'The body must be a JSON object.');
    return validated(metatype as RequestClass, value);
  }
}

/** Takes a body that is a bare JSON string as the property `name` of `requestClass`, validates it there and returns it. */
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

function validated(requestClass: RequestClass, value: Record<string, unknown>): object {
  const request = plainToInstance(requestClass, withLowerCaseNames(value, 0), {
    excludeExtraneousValues: true,
    exposeUnsetFields: false,
  });
  const errors = messagesByProperty(validateSync(request, { forbidUnknownValues: false }), '');
  const names = Object.keys(errors);
  if (names.length === 0) return request;
  throw new AppError('validation_failed', `Not valid: ${names.join(', ')}.`, { errors });
}

function withLowerCaseNames(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new AppError('validation_failed', 'The body is nested too deeply.');
  if (Array.isArray(value)) return value.map((item) => withLowerCaseNames(item, depth + 1));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([name, item]) => [
    name.toLowerCase(),
    withLowerCaseNames(item, depth + 1),
  ]);
  return Object.fromEntries(entries) as unknown;
}

function messagesByProperty(errors: readonly ValidationError[], path: string): Record<string, string[]> {
  const messages: Record<string, string[]> = {};
  for (const error of errors) {
    const name = `${path}${error.property}`;
    if (error.constraints) messages[name] = Object.values(error.constraints);
    Object.assign(messages, messagesByProperty(error.children ?? [], `${name}.`));
  }
  return messages;
}

function isBuiltIn(metatype: NonNullable<ArgumentMetadata['metatype']>): boolean {
  return ([String, Number, Boolean, Array, Object] as unknown[]).includes(metatype);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
