import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import openapiTypescript, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { type HttpResponse, request } from '../support/http.js';
import { Installation } from '../support/installation.js';
import {
  exampleOf,
  fetchDocument,
  listRoutes,
  type MediaType,
  type OpenApiDocument,
  type Route,
  Schemas,
  toUrl,
} from '../support/openapi-document.js';
import { uuid } from '../support/test-database.js';

const MESSAGE_ID = 'df555721-5135-4b5d-9c6a-7db3565f22ae';
const DOMAIN = 'example.com';

/** What the examples refer to comes into being before it is asked for, and is cancelled at last. */
const ORDER = ['PUT /domains/{name}', 'POST', 'PUT', 'GET', 'DELETE'];

let product: Installation;
let document: OpenApiDocument;
let schemas: Schemas;
let routes: readonly Route[];

beforeAll(async () => {
  product = await Installation.start('openapi_examples');
  document = await fetchDocument(product.api.url);
  schemas = new Schemas(document);
  routes = listRoutes(document);
  const contact = { domain: DOMAIN, email: 'visitor@example.com', deleted: false, subscription: null };
  await product.db.insert('push-contacts', [
    // The contact and the message of the encrypted ids.
    {
      _id: '66291accdc3ab636288af4ab',
      ...contact,
      device_token: 'device-token-1',
      visitor_guid: 'guid',
      modified: new Date(),
    },
    // One that nothing changes, so that it stays in the period of the example.
    {
      _id: '66291accdc3ab636288af4ac',
      ...contact,
      device_token: 'device-token-2',
      visitor_guid: 'guid',
      modified: new Date('2026-06-01'),
    },
  ]);
  await product.db.insert('messages', [
    {
      _id: '66291accdc3ab636288af4ad',
      message_id: uuid(MESSAGE_ID),
      domain: DOMAIN,
      title: 'Hello [[[name]]]',
      body: 'The body',
      sent: 0,
      delivered: 0,
      not_delivered: 0,
      billable_sends: 0,
      received: 0,
      clicks: 0,
      actions: [{ action: 'buy', title: 'Buy', icon: null, link: null }],
      inserted_date: new Date('2026-06-01'),
    },
  ]);
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0]);
});

function placeOf({ method, path }: Route): number {
  return ORDER.findIndex((each) => each === `${method} ${path}` || each === method);
}

function execute(route: Route): Promise<HttpResponse> {
  const media = route.requestBody?.content['application/json'];
  return request(route.method, product.api.url + toUrl(route), {
    ...(route.security !== undefined && { token: product.keys.superUser }),
    ...(media !== undefined && { json: schemas.sample(media) }),
  });
}

/** As JSON Schema: generators read `nullable` beside `allOf` as null or what is combined (OpenAPI 3.0.3). */
function toJsonSchema(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(toJsonSchema);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, toJsonSchema(value)]));
  return copy.nullable === true && copy.allOf !== undefined
    ? { anyOf: [{ allOf: copy.allOf }, { type: 'null' }] }
    : copy;
}

const ajv = new Ajv({ strict: false, validateFormats: false });

/** What is wrong with a value, by the schema of its media type. */
function findFaults({ schema }: MediaType, value: unknown): unknown {
  if (schema === undefined) return [];
  const validate = ajv.compile(toJsonSchema({ ...schema, components: document.components }) as object);
  return validate(value) ? [] : validate.errors;
}

it('each example can be executed as it is, and the response is as described', async () => {
  expect(routes.length).toBeGreaterThan(35);
  const sorted = routes.toSorted((one, other) => placeOf(one) - placeOf(other));
  for (const route of sorted) {
    const { status, body, text } = await execute(route);
    const name = `${route.method} ${toUrl(route)}`;
    const described = Object.keys(route.responses).filter((each) => /^[23]/.test(each));
    expect({ name, status: String(status), text, isSuccess: described.includes(String(status)) }).toMatchObject({
      isSuccess: true,
    });
    const media = route.responses[status]?.content?.['application/json'];
    expect({ name, faults: media === undefined ? [] : findFaults(media, body) }).toEqual({ name, faults: [] });
    // A 200 without a described body has none.
    if (media === undefined && route.responses[status]?.content === undefined) expect({ name, body }).toEqual({ name });
  }
}, 60_000);

it('each example of a response is valid by its own schema', () => {
  const examples = routes.flatMap(({ operationId, responses }) =>
    Object.entries(responses).flatMap(([status, { content = {} }]) =>
      Object.values(content)
        .flatMap((media) => listExamples(media).map((value) => findFaults(media, value)))
        .map((faults) => ({ operationId, status, faults })),
    ),
  );
  expect(examples.filter(({ faults }) => JSON.stringify(faults) !== '[]')).toEqual([]);
  expect(examples.length).toBeGreaterThan(100);
});

function listExamples({ example, examples = {} }: MediaType): unknown[] {
  return [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)];
}

it('operation ids are identifiers, and different', () => {
  const ids = routes.map(({ operationId }) => operationId);
  expect(ids.filter((id) => !/^[a-z][A-Za-z0-9]+$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

it('errors have one schema', () => {
  const problems = routes.flatMap(({ responses }) =>
    Object.entries(responses).flatMap(([status, { content }]) =>
      Number(status) < 400 ? [] : [JSON.stringify(content?.['application/problem+json']?.schema)],
    ),
  );
  expect(new Set(problems)).toEqual(new Set(['{"$ref":"#/components/schemas/Problem"}']));
});

it('tags begin with domains, contacts and messages, end with health, and say what they are', () => {
  const names = document.tags.map(({ name }) => name);
  expect(names.slice(0, 3)).toEqual(['Domains', 'Push contacts', 'Messages']);
  expect(names.at(-1)).toBe('Health');
  expect(document.tags.filter(({ description }) => !description)).toEqual([]);
  expect(new Set(routes.flatMap(({ tags = [] }) => tags))).toEqual(new Set(names));
});

/** A call of an operation with what is required alone, in TypeScript. */
function minimalCall({ operationId, parameters = [], requestBody }: Route): string[] {
  const operation = `operations['${operationId}']`;
  const places = ['path', 'query'] as const;
  const lines = places.flatMap((place) => {
    const required = parameters.filter(({ in: where, required: isRequired }) => where === place && isRequired === true);
    if (required.length === 0) return [];
    const values = Object.fromEntries(required.map((parameter) => [parameter.name, exampleOf(parameter)]));
    return [
      `export const ${operationId}_${place}: ${operation}['parameters']['${place}'] = ${JSON.stringify(values)};`,
    ];
  });
  const schema = requestBody?.content['application/json']?.schema;
  if (schema === undefined) return lines;
  const type = `NonNullable<${operation}['requestBody']>['content']['application/json']`;
  return [...lines, `export const ${operationId}_body: ${type} = ${JSON.stringify(schemas.minimal(schema))};`];
}

it('a generated client needs nothing that the api does not require', async () => {
  // Beside the project's packages, where the compiler finds its own libraries.
  const folder = await mkdtemp(resolve('.data/openapi-types-'));
  try {
    const types = astToString(await openapiTypescript(JSON.stringify(document)));
    await writeFile(join(folder, 'api.d.ts'), types);
    const calls = ["import type { operations } from './api.js';", ...routes.flatMap(minimalCall)];
    expect(calls.length).toBeGreaterThan(40);
    await writeFile(join(folder, 'calls.ts'), calls.join('\n'));
    const program = ts.createProgram([join(folder, 'calls.ts')], {
      strict: true,
      noEmit: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: [],
    });
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(problems).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
