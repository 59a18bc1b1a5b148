import type { Type } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';

type RequestClass = Type<object>;

/** What kind of JSON value a property takes, before anything looks at its content. */
export type PropertyShape =
  | { readonly kind: 'scalar' }
  /** Callers may send it; it is not read. */
  | { readonly kind: 'ignored' }
  /** Names that the caller chooses. */
  | { readonly kind: 'map' }
  /** Names and values that the caller chooses, at any depth. */
  | { readonly kind: 'json' }
  | { readonly kind: 'object'; readonly type: RequestClass }
  | { readonly kind: 'list'; readonly maxItems: number; readonly item: PropertyShape };

/** A property of a request class. */
export interface RequestPropertyShape {
  /** As documented. */
  readonly name: string;
  readonly shape: PropertyShape;
}

/** The part of the documentation that decides on the shape. */
interface Documentation {
  readonly type?: unknown;
  readonly isArray?: unknown;
  readonly maxItems?: unknown;
  readonly additionalProperties?: unknown;
}

const SCALAR_TYPES: readonly unknown[] = [String, Number, Boolean, Date];

/** What each prototype declares itself, by name in lower case. */
const declared = new WeakMap<object, Map<string, RequestPropertyShape>>();

/** The same with what it inherits. */
const complete = new WeakMap<RequestClass, ReadonlyMap<string, RequestPropertyShape>>();

/**
 * Records the shape of a property of a request class from its OpenAPI documentation. Throws a TypeError for
 * a list
 * without `maxItems`: every list of a request has a maximum.
 */
export function declareShape(prototype: object, name: string, documentation: ApiPropertyOptions): void {
  const properties = declared.get(prototype) ?? new Map<string, RequestPropertyShape>();
  declared.set(prototype, properties.set(name.toLowerCase(), { name, shape: toShape(name, documentation) }));
}

/** Records properties of a request class that callers may send and that are not read. */
export function declareIgnored(prototype: object, names: readonly string[]): void {
  const properties = declared.get(prototype) ?? new Map<string, RequestPropertyShape>();
  for (const name of names) properties.set(name.toLowerCase(), { name, shape: { kind: 'ignored' } });
  declared.set(prototype, properties);
}

/** The properties of a request class and of those that it extends, by name in lower case. */
export function findShapes(requestClass: RequestClass): ReadonlyMap<string, RequestPropertyShape> {
  const known = complete.get(requestClass);
  if (known !== undefined) return known;
  const parent = Object.getPrototypeOf(requestClass) as RequestClass | null;
  const inherited = typeof parent?.prototype === 'object' ? findShapes(parent) : [];
  const shapes = new Map([...inherited, ...(declared.get(requestClass.prototype as object) ?? [])]);
  complete.set(requestClass, shapes);
  return shapes;
}

function toShape(name: string, { type, isArray, maxItems, additionalProperties }: Documentation): PropertyShape {
  if (Array.isArray(type) || isArray === true) {
    if (typeof maxItems !== 'number') throw new TypeError(`The list ${name} of a request needs maxItems`);
    return { kind: 'list', maxItems, item: toShape(name, { type: Array.isArray(type) ? (type[0] as unknown) : type }) };
  }
  if (type === 'object') return { kind: additionalProperties === true ? 'json' : 'map' };
  const isClass = typeof type === 'function' && !SCALAR_TYPES.includes(type);
  return isClass ? { kind: 'object', type: type as RequestClass } : { kind: 'scalar' };
}
