import { request } from './http.js';

export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly example?: unknown;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

export interface MediaType {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

type Content = Readonly<Record<string, MediaType>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly example?: unknown;
  readonly schema?: Schema;
}

export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>;
  readonly security?: readonly object[];
  readonly 'x-required-scope'?: string;
  readonly 'x-domain-from'?: string;
  readonly 'x-any-token'?: boolean;
}

/** An operation with the path and the method that it has in the document. */
export interface Route extends Operation {
  readonly method: string;
  readonly path: string;
}

/** The OpenAPI document of an api. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Asks an api for its document. */
export async function fetchDocument(url: string): Promise<OpenApiDocument> {
  return (await request('GET', `${url}/swagger/v1/swagger.json`)).body as OpenApiDocument;
}

/** All operations, in the order of the document. */
export function listRoutes({ paths }: OpenApiDocument): Route[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })),
  );
}

/** The value of a parameter that Swagger UI puts into its form. */
export function exampleOf({ example, schema }: Parameter): unknown {
  return example ?? schema?.example ?? schema?.default;
}

/** The path and query of a request with the examples of the route, or with `values` by parameter. */
export function toUrl({ path, parameters = [] }: Route, values: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams();
  let url = path;
  for (const parameter of parameters) {
    const texts = [values[parameter.name] ?? exampleOf(parameter) ?? []].flat().map(String);
    if (parameter.in === 'path') url = url.replace(`{${parameter.name}}`, encodeURIComponent(texts.join()));
    if (parameter.in === 'query')
      texts.forEach((text) => {
        query.append(parameter.name, text);
      });
  }
  return query.size === 0 ? url : `${url}?${query.toString()}`;
}

/** Schemas with the components that they refer to. */
export class Schemas {
  constructor(private readonly document: OpenApiDocument) {}

  /** Follows references, and merges what is combined by `allOf`. */
  resolve(schema: Schema): Schema {
    if (schema.$ref !== undefined) {
      const name = schema.$ref.replace('#/components/schemas/', '');
      const target = this.document.components.schemas[name];
      if (target === undefined) throw new Error(`${schema.$ref} does not exist`);
      return this.resolve(target);
    }
    const { allOf, ...own } = schema;
    return Object.assign({}, ...(allOf ?? []).map((part) => this.resolve(part)), own) as Schema;
  }

  /**
   * The value that Swagger UI puts into its form: the example of the media type, else one of all properties,
   * with `string`, 0 or true where a property has no example.
   */
  sample({ example, examples, schema = {} }: MediaType): unknown {
    return example ?? Object.values(examples ?? {})[0]?.value ?? this.sampleOf(schema);
  }

  /** The value with required properties alone. */
  minimal(schema: Schema): unknown {
    const resolved = this.resolve(schema);
    if (resolved.type !== 'object' || resolved.properties === undefined) return this.sampleOf(schema);
    const required = resolved.required ?? [];
    const entries = Object.entries(resolved.properties).filter(([name]) => required.includes(name));
    return Object.fromEntries(entries.map(([name, property]) => [name, this.minimal(property)]));
  }

  private sampleOf(schema: Schema): unknown {
    const { example, default: absent, enum: choices, type, items, properties } = this.resolve(schema);
    const known = example === undefined ? (absent ?? choices?.[0]) : example;
    if (known !== undefined) return known;
    if (type === 'array') return [this.sampleOf(items ?? {})];
    if (type === 'integer' || type === 'number') return 0;
    if (type === 'boolean') return true;
    if (type !== 'object') return 'string';
    return Object.fromEntries(Object.entries(properties ?? {}).map(([name, each]) => [name, this.sampleOf(each)]));
  }
}
