import { readFile } from 'node:fs/promises';
import { Installation } from '../support/installation.js';
import { fetchDocument, listRoutes, type OpenApiDocument, type Operation, toUrl } from '../support/openapi-document.js';

let product: Installation;
let served: OpenApiDocument;
let operations: [string, Operation][];

beforeAll(async () => {
  product = await Installation.start('openapi', { workers: 0 });
  served = await fetchDocument(product.api.url);
  operations = listRoutes(served).map((route) => [`${route.method} ${route.path}`, route]);
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
});

it('docs/openapi.json equals the description that the api serves (write it with npm run openapi)', async () => {
  const file = await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
  expect(JSON.parse(file)).toEqual(served);
});

it('every operation describes its effect and its body', () => {
  expect(operations.length).toBeGreaterThan(30);
  const bare = operations.filter(([, { summary, tags = [] }]) => !summary || tags.length === 0);
  expect(bare.map(([name]) => name)).toEqual([]);
  const bodies = operations.flatMap(([name, { requestBody }]) =>
    requestBody === undefined ? [] : [[name, Object.values(requestBody.content).some(({ schema }) => schema)]],
  );
  expect(bodies.filter(([, hasSchema]) => hasSchema !== true)).toEqual([]);
});

it('every response has a description, and a route with a token documents 401, and 403 unless it takes any', () => {
  for (const [name, { responses, security, 'x-any-token': takesAny }] of operations) {
    for (const [status, { description }] of Object.entries(responses)) {
      expect({ name, status, isDescribed: description !== '' && description !== undefined }).toMatchObject({
        isDescribed: true,
      });
    }
    if (security === undefined) continue;
    expect({ name, statuses: Object.keys(responses) }).toMatchObject({
      statuses: expect.arrayContaining(takesAny === true ? ['401'] : ['401', '403']) as unknown,
    });
  }
});

it('every parameter of path and query has an example or its choices', () => {
  const bare = operations.flatMap(([name, { parameters = [] }]) =>
    parameters
      .filter(({ in: place }) => place !== 'header')
      .filter(({ example, schema }) => (example ?? schema?.example ?? schema?.enum) === undefined)
      .map((parameter) => `${name}: ${parameter.name}`),
  );
  expect(bare).toEqual([]);
});

it('no route without a body minds the type of one that is empty', async () => {
  const routes = listRoutes(served).filter(({ method, requestBody }) => method !== 'GET' && requestBody === undefined);
  expect(routes.length).toBeGreaterThan(5);
  for (const route of routes) {
    for (const type of ['application/json', 'text/plain']) {
      const headers = { 'content-type': type };
      const { status, body } = await product.askAsSuperUser(route.method, toUrl(route), { headers });
      const { code = '' } = (body ?? {}) as { readonly code?: string };
      expect({ path: route.path, type, status, code }).not.toMatchObject({ code: 'malformed_json' });
      expect({ path: route.path, type, status }).not.toMatchObject({ status: 415 });
    }
  }
});
