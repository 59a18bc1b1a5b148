import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Expose } from 'class-transformer';

/**
 * Marks a property of a request (body, query or path) and documents it in OpenAPI. Its JSON name is matched whatever
 * its case; properties without this mark are dropped.
 */
export function RequestProperty(options: ApiPropertyOptions): PropertyDecorator {
  const expose: PropertyDecorator = (target, key) => {
    Expose({ name: String(key).toLowerCase() })(target, key);
  };
  return applyDecorators(ApiProperty(options), expose);
}
