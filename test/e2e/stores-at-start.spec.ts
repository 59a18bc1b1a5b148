import { Redis } from 'ioredis';
import { freePort } from '../../src/embedded/process/persisted-port.js';
import { type SupervisedProcess, startSupervised } from '../../src/embedded/process/supervised-process.js';
import { request } from '../support/http.js';
import { createOwnSettings, NOBODY, type OwnSettings } from '../support/own-settings.js';
import {
  baseEnvironment,
  type ProductEnvironment,
  runProduct,
  startProduct,
  uniqueDatabase,
} from '../support/product-process.js';
import { itUnsharded } from '../support/it-unsharded.js';
import { TestDatabase } from '../support/test-database.js';
import { firstMongoDb, isMongoDbSharded } from '../support/test-environment.js';
import { waitFor } from '../support/wait-for.js';

const SECRET = 'secret-of-the-uri';
let settings: OwnSettings;
let environment: ProductEnvironment;

beforeAll(async () => {
  settings = await createOwnSettings('stores');
  ({ environment } = settings);
});

afterAll(async () => {
  await settings.remove();
});

/** The shared MongoDB's address with other options, or with a user. */
function mongoDbUri({ options = '', user = '' }): string {
  const uri = firstMongoDb();
  return `mongodb://${user}${uri.host}/?${[...uri.searchParams].map((pair) => pair.join('=')).join('&')}${options}`;
}

/** A wrong address, and what the start says of it. */
type WrongUri = [fault: string, uri: () => string, expected: RegExp];

const ANOTHER_SET: WrongUri = [
  'another set',
  () => mongoDbUri({}).replace(/replicaSet=[^&]*/, `replicaSet=${SECRET}`),
  /its replicaSet is not/,
];

async function startRedis(...args: readonly string[]): Promise<{ url: string; server: SupervisedProcess }> {
  const port = String(await freePort());
  const common = ['--port', port, '--bind', '127.0.0.1', '--dir', settings.folder, '--save', '', '--appendonly', 'no'];
  const server = await startSupervised('redis-server', [...common, ...args], /Ready to accept connections/);
  return { url: `redis://127.0.0.1:${port}`, server };
}

it.each([
  ['a wrong password', () => mongoDbUri({ user: `user:${SECRET}@` }), /refuses its user name or password/],
  ['an unknown option', () => mongoDbUri({ options: `&unknown=${SECRET}` }), /option that MongoDB does not know/],
  ['an option with a bad value', () => mongoDbUri({ options: `&maxPoolSize=${SECRET}` }), /its option maxPoolSize/],
  ['a password that is not encoded', () => mongoDbUri({ user: `user:p@${SECRET}@` }), /must be percent-encoded/],
  ['a list with an empty host', () => `mongodb://user:${SECRET}@127.0.0.1:9,,127.0.0.1:10/`, /its address/],
  ['an unknown service record', () => `mongodb+srv://user:${SECRET}@set.host.invalid/`, /host name cannot be resolved/],
  ['an unknown host', () => `mongodb://user:${SECRET}@host.invalid/`, /host name cannot be resolved/],
  ['a port where nobody listens', () => `mongodb://user:${SECRET}@127.0.0.1:9/`, /can be reached there/],
  ['TLS that the server does not have', () => mongoDbUri({ options: '&tls=true' }), /TLS/],
  // A router is of no set.
  ...(isMongoDbSharded() ? [] : [ANOTHER_SET]),
])('a MONGODB_URI with %s ends the start with a line of its own, without the value', async (_, uri, expected) => {
  const { code, stderr, stdout } = await runProduct(['--mode=api'], { ...environment, MONGODB_URI: uri() });
  const lines = stderr.trim().split('\n');
  expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringMatching(/^MONGODB_URI: /)] });
  expect(lines[0]).toMatch(expected);
  expect(stdout + stderr).not.toContain(SECRET);
});

it('options of MONGODB_URI that would break the guarantees are not used, and a line says so for each', async () => {
  const options = '&readPreference=secondaryPreferred&maxStalenessSeconds=120&retryWrites=false&w=1&socketTimeoutMS=1';
  const started = await startProduct('api', { ...environment, MONGODB_URI: mongoDbUri({ options }) });
  const named = started.output().match(/(?<=MONGODB_URI: its )\w+(?= is not used)/g);
  expect(named?.sort()).toEqual(['maxStalenessSeconds', 'readPreference', 'retryWrites', 'socketTimeoutMS', 'w']);
  expect((await fetch(`${started.url}/health/ready`)).status).toBe(200);
  expect(await started.stop()).toBe(0);
});

itUnsharded('another CONTACT_KEY than the database was begun with ends the start with one line', async () => {
  const begun = baseEnvironment(uniqueDatabase('contact_key'), settings.keys.folder, NOBODY);
  expect(await (await startProduct('api', { ...begun, CONTACT_KEY: 'domain' })).stop()).toBe(0);
  const { code, stderr } = await runProduct(['--mode=worker'], { ...begun, CONTACT_KEY: 'token' });
  expect({ code, lines: stderr.trim().split('\n') }).toEqual({
    code: 1,
    lines: [expect.stringMatching(/^CONTACT_KEY: is token, .* set CONTACT_KEY=domain for every api and worker$/)],
  });
  await (await TestDatabase.open(begun.MONGODB_DATABASE ?? '')).close();
});

it('a node of a Redis Cluster ends the start with one line', async () => {
  const { url, server } = await startRedis('--cluster-enabled', 'yes');
  const { code, stderr } = await runProduct(['--mode=worker'], { ...environment, REDIS_URL: url });
  await server.stop();
  expect({ code, lines: stderr.trim().split('\n') }).toEqual({
    code: 1,
    lines: [expect.stringMatching(/^REDIS_URL: this is a node of a Redis Cluster/)],
  });
});

it('a Redis that evicts is warned of at start', async () => {
  const { url, server } = await startRedis('--maxmemory-policy', 'allkeys-lru');
  const started = await startProduct('worker', { ...environment, REDIS_URL: url });
  expect(started.output().match(/evicts keys when its memory is full \(maxmemory-policy allkeys-lru\)/g)).toHaveLength(
    1,
  );
  expect(await started.stop()).toBe(0);
  await server.stop();
});

it('a worker starts with a full Redis, is not ready, and is ready when there is room', async () => {
  const { url, server } = await startRedis('--maxmemory', '1');
  const started = await startProduct('worker', { ...environment, REDIS_URL: url });
  const ready = (): Promise<{ status: number; body: unknown }> => request('GET', `${started.url}/health/ready`);
  expect(await ready()).toMatchObject({ status: 503, body: { reasons: { redis: 'OOM' } } });
  const admin = new Redis(url);
  await admin.config('SET', 'maxmemory', '0');
  await waitFor(ready, ({ status }) => status === 200);
  admin.disconnect();
  expect(started.output().match(/Redis answers but does not serve/g)).toHaveLength(1);
  expect(await started.stop()).toBe(0);
  await server.stop();
});

it.each(['api', 'worker'])(
  '%s starts with a wrong Redis password, hides it, and is ready when it fits',
  async (mode) => {
    const { url, server } = await startRedis('--requirepass', 'first');
    const withPassword = url.replace('//', `//:${SECRET}@`);
    const started = await startProduct(mode, { ...environment, REDIS_URL: withPassword });
    const response = await fetch(`${started.url}/health/ready`);
    expect([response.status, await response.json()]).toEqual([
      503,
      expect.objectContaining({ reasons: { redis: 'WRONGPASS' } }),
    ]);
    const admin = new Redis(url, { password: 'first' });
    await admin.config('SET', 'requirepass', SECRET);
    const isReady = async (): Promise<number> => (await fetch(`${started.url}/health/ready`)).status;
    await waitFor(isReady, (status) => status === 200);
    admin.disconnect();
    expect(started.output().match(/\(WRONGPASS\)/g)).toHaveLength(1);
    expect(started.output()).not.toContain(SECRET);
    expect(await started.stop()).toBe(0);
    await server.stop();
  },
);
