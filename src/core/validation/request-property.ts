import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Expose } from 'class-transformer';
import { declareIgnored, declareShape } from './request-shape.js';

/**
 * Marks a property of a request class (body, query or path) and documents it in OpenAPI. Its JSON name
 * matches in any case; RequestPipe drops properties without this mark. The documentation also says whether
 * the
 * value is an object, a list (which needs `maxItems`) or neither; it validates nothing else.
 *
 * @example
 * class OptionsRequest { @RequestProperty({ enum: URGENCIES }) @IsIn(URGENCIES) urgency: Urgency; }
 * const metadata = { type: 'body', metatype: OptionsRequest } as const;
 * pipe.transform({ URGENCY: 'low', other: 1 }, metadata); // OptionsRequest { urgency: 'low' }
 */
export function RequestProperty(options: ApiPropertyOptions): PropertyDecorator {
  const expose: PropertyDecorator = (target, key) => {
    Expose({ name: String(key).toLowerCase() })(target, key);
    declareShape(target, String(key), options);
  };
  return applyDecorators(ApiProperty(options), expose);
}

/**
 * Marks properties that callers are known to send with this request and that mean nothing here: they are
 * dropped like unknown ones, but not called unknown.
 */
export function IgnoresProperties(...names: readonly string[]): ClassDecorator {
  return ({ prototype }) => {
    declareIgnored(prototype as object, names);
  };
}
