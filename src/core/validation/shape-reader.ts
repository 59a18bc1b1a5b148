import type { Type } from '@nestjs/common';
import { isRecord } from './is-record.js';
import { findShapes, type PropertyShape } from './request-shape.js';
import { UnknownProperties } from './unknown-properties.js';
import { isWellFormedJson, isWellFormedText } from './well-formed-text.js';

/** Properties that a response names; a request with more faults than these has them in the next response. */
export const MAX_ERRORS = 20;

type RequestClass = Type<object>;

/**
 * Reads a JSON value by the shape of its request class before anything looks at its content: what is no
 * object, no list or too long a list is found without a look into it. Keeps the declared properties alone,
 * under their names in lower case, in records without a prototype; free maps become Maps with their names in
 * lower case, and free JSON is JSON again. All text must be well-formed Unicode. The work is proportional to
 * the value's size and ends after MAX_ERRORS faults.
 */
export class ShapeReader {
  /** Messages by property, at most MAX_ERRORS. */
  readonly errors = new Map<string, readonly string[]>();

  /** Properties that the request classes do not have; nothing looks into their values. */
  readonly unknown = new UnknownProperties();

  /** @param path before the names of errors: empty, or ending in a dot. */
  read(requestClass: RequestClass, value: Readonly<Record<string, unknown>>, path = ''): Record<string, unknown> {
    const shapes = findShapes(requestClass);
    const result = Object.create(null) as Record<string, unknown>;
    for (const key of Object.keys(value)) {
      const lowerCaseKey = key.toLowerCase();
      const property = shapes.get(lowerCaseKey);
      if (property === undefined) this.unknown.add(path, key);
      else result[lowerCaseKey] = this.readProperty(property.shape, value[key], path, property.name);
    }
    return result;
  }

  private readProperty(shape: PropertyShape, value: unknown, path: string, name: string): unknown {
    if (value === undefined || value === null) return value;
    switch (shape.kind) {
      case 'ignored':
        return undefined;
      case 'scalar':
        return this.readScalar(value, path, name);
      case 'map':
        return isRecord(value) ? this.readMap(value, path, name) : this.reject(path, name, 'must be an object');
      case 'json':
        return isRecord(value) ? this.readJson(value, path, name) : this.reject(path, name, 'must be an object');
      case 'object':
        if (!isRecord(value)) return this.reject(path, name, 'must be an object');
        return this.read(shape.type, value, `${path}${name}.`);
      case 'list':
        return this.readList(shape, value, path, name);
    }
  }

  private readScalar(value: unknown, path: string, name: string): unknown {
    if (typeof value === 'object') return this.reject(path, name, 'must be a single value');
    if (typeof value !== 'string' || isWellFormedText(value)) return value;
    return this.reject(path, name, 'must be well-formed Unicode');
  }

  private readMap(value: Readonly<Record<string, unknown>>, path: string, name: string): Map<string, unknown> {
    const map = new Map<string, unknown>();
    for (const key of Object.keys(value)) {
      const item = value[key];
      const isWellFormed = isWellFormedText(key) && (typeof item !== 'string' || isWellFormedText(item));
      if (isWellFormed) map.set(key.toLowerCase(), item);
      else this.reject(path, name, 'must be well-formed Unicode');
    }
    return map;
  }

  private readJson(value: Readonly<Record<string, unknown>>, path: string, name: string): unknown {
    return isWellFormedJson(value) ? JSON.stringify(value) : this.reject(path, name, 'must be well-formed Unicode');
  }

  private readList(shape: PropertyShape & { kind: 'list' }, value: unknown, path: string, name: string): unknown {
    // A query has one value where a list has one item.
    if (!Array.isArray(value)) return isRecord(value) ? this.reject(path, name, 'must be a list') : value;
    const { maxItems, item } = shape;
    if (value.length > maxItems) return this.reject(path, name, `must have at most ${maxItems} items`);
    const items: unknown[] = [];
    for (const [index, each] of value.entries()) {
      if (this.errors.size >= MAX_ERRORS) break;
      items.push(this.readItem(item, each, `${path}${name}.`, String(index)));
    }
    return items;
  }

  private readItem(shape: PropertyShape, value: unknown, path: string, name: string): unknown {
    if (value === null && shape.kind !== 'scalar') return this.reject(path, name, 'must be an object');
    return this.readProperty(shape, value, path, name);
  }

  private reject(path: string, name: string, message: string): null {
    if (this.errors.size < MAX_ERRORS) this.errors.set(`${path}${name}`, [`${name} ${message}`]);
    return null;
  }
}
