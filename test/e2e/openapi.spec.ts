import { readFile } from 'node:fs/promises';
import { request } from '../support/http.js';
import { Installation } from '../support/installation.js';

type Schema = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly example?: unknown;
  readonly schema?: Schema;
}

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly description?: string }>>;
  readonly security?: readonly object[];
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

let product: Installation;
let served: OpenApi;
let operations: [string, Operation][];

beforeAll(async () => {
  product = await Installation.start('openapi', { workers: 0 });
  served = (await request('GET', `${product.api.url}/swagger/v1/swagger.json`)).body as OpenApi;
  operations = Object.entries(served.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

test('docs/openapi.json is what the api says of itself; npm run openapi writes it anew', async () => {
  const file = await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
  expect(JSON.parse(file)).toEqual(served);
});

test('every operation says what it does, and of a body what it holds', () => {
  expect(operations.length).toBeGreaterThan(30);
  const bare = operations.filter(([, { summary, tags = [] }]) => !summary || tags.length === 0);
  expect(bare.map(([name]) => name)).toEqual([]);
  const bodies = operations.flatMap(([name, { requestBody }]) =>
    requestBody === undefined ? [] : [[name, Object.values(requestBody.content).some(({ schema }) => schema)]],
  );
  expect(bodies.filter(([, hasSchema]) => hasSchema !== true)).toEqual([]);
});

test('every answer has a description; what needs a token documents 401 and 403', () => {
  for (const [name, { responses, security }] of operations) {
    for (const [status, { description }] of Object.entries(responses)) {
      expect({ name, status, isDescribed: description !== '' && description !== undefined }).toMatchObject({
        isDescribed: true,
      });
    }
    if (security === undefined) continue;
    expect({ name, statuses: Object.keys(responses) }).toMatchObject({
      statuses: expect.arrayContaining(['401', '403']) as unknown,
    });
  }
});

test('every parameter of path and query has an example or its choices', () => {
  const bare = operations.flatMap(([name, { parameters = [] }]) =>
    parameters
      .filter(({ in: place }) => place !== 'header')
      .filter(({ example, schema }) => (example ?? schema?.example ?? schema?.enum) === undefined)
      .map((parameter) => `${name}: ${parameter.name}`),
  );
  expect(bare).toEqual([]);
});
