import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Installation, names } from '../support/installation.js';
import { startStandInServer } from '../support/stand-in-server.js';

const DOMAIN = 'examples.example.com';
const NODE_EXAMPLE = fileURLToPath(new URL('../../examples/node/send.mjs', import.meta.url));
const CSHARP_EXAMPLE = new URL('../../examples/csharp/Send.cs', import.meta.url);
const OPENAPI = new URL('../../docs/openapi.json', import.meta.url);

type Operation = Readonly<Record<string, unknown>>;

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly properties: object }>> };
}

describe('the Node.js caller', () => {
  let product: Installation;

  beforeAll(async () => {
    product = await Installation.start('examples');
    await product.db.addContacts(DOMAIN, [...names('device', 9), 'unregistered-1']);
  });

  afterAll(async () => {
    await product.stop();
  });

  function runNodeExample(url: string, ...args: string[]): Promise<{ stdout: string }> {
    const env = { PUSH_CONTACT_URL: url, PUSH_CONTACT_TOKEN: product.keys.superUser };
    return promisify(execFile)(process.execPath, [NODE_EXAMPLE, ...args], { env });
  }

  it('enables the domain, sends once and prints the report', async () => {
    const { stdout } = await runNodeExample(product.api.url, DOMAIN, 'From an example', 'The body');

    expect(stdout).toMatch(/^Accepted as [0-9a-f-]{36}$/m);
    expect(stdout).toMatch(/^done: 10 of 10$/m);
    expect(stdout).toMatch(/sent: 10,\s+delivered: 9,\s+notDelivered: 1,/);
    expect((await product.ask('GET', `/domains/${DOMAIN}/isPushFeatureEnabled`)).body).toBe(true);
    expect(await product.db.count('messages', { domain: DOMAIN })).toBe(1);
    expect(await product.db.count('idempotencyKeys')).toBe(1);
  });

  it('repeats a request whose response is lost, and sends once', async () => {
    let posts = 0;
    const lossy = await startStandInServer(async ({ method, path, headers, body }) => {
      const { authorization = '', 'idempotency-key': key } = headers as Record<string, string>;
      const forwarded = { authorization, ...(key !== undefined && { 'idempotency-key': key }) };
      const response = await product.ask(method, path, { headers: forwarded, json: body });
      if (method === 'POST') posts += 1;
      return { status: response.status, raw: response.text, isCut: method === 'POST' && posts === 1 };
    });

    const { stdout } = await runNodeExample(lossy.url, DOMAIN, 'Once', 'The body');
    await lossy.stop();

    expect(stdout).toMatch(/^done: \d+ of \d+$/m);
    expect(posts).toBe(2);
    expect(await product.db.count('messages', { title: 'Once' })).toBe(1);
  });

  it('ends with the problem document when the request is not valid', async () => {
    await expect(runNodeExample(product.api.url, DOMAIN, '', 'The body')).rejects.toThrow('validation_failed');
  });
});

describe('the C# caller', () => {
  let source: string;
  let openApi: OpenApi;

  beforeAll(async () => {
    source = await readFile(CSHARP_EXAMPLE, 'utf8');
    openApi = JSON.parse(await readFile(OPENAPI, 'utf8')) as OpenApi;
  });

  /** The operation of docs/openapi.json for each `Call(HttpMethod.X, $"/path…"`, by method and path. */
  function calledOperations(): [string, Operation | undefined][] {
    const byShape = new Map(
      Object.entries(openApi.paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => [`${method} ${shapeOf(path)}`, operation]),
      ),
    );
    return [...source.matchAll(/HttpMethod\.(\w+), \$"([^"?]+)/g)].map(([, method = '', path = '']) => {
      const call = `${method.toLowerCase()} ${shapeOf(path)}`;
      return [call, byShape.get(call)];
    });
  }

  function shapeOf(path: string): string {
    return path.replaceAll(/\{\w+\}/g, '{}');
  }

  /** Of the schemas that an operation refers to. */
  function propertiesOf(operation: Operation | undefined): string[] {
    const references = [...JSON.stringify(operation ?? {}).matchAll(/#\/components\/schemas\/(\w+)/g)];
    return references.flatMap(([, name = '']) => Object.keys(openApi.components.schemas[name]?.properties ?? {}));
  }

  it('calls only routes that exist', () => {
    const calls = calledOperations();
    expect(calls).toHaveLength(4);
    expect(calls.filter(([, operation]) => operation === undefined)).toEqual([]);
  });

  it('uses only JSON properties and headers of these routes', () => {
    const operations = calledOperations().map(([, operation]) => operation);
    const used = [...source.matchAll(/\["(\w+)"\]/g)].map(([, name = '']) => name);

    expect(used.length).toBeGreaterThan(10);
    expect(operations.flatMap(propertiesOf)).toEqual(expect.arrayContaining(used));
    const [, header = ''] = /Headers\.Add\("([\w-]+)"/.exec(source) ?? [];
    expect(JSON.stringify(operations)).toContain(`"name":"${header}","in":"header"`);
  });
});
