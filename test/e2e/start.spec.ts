import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from '../support/http.js';
import {
  baseEnvironment,
  type ProductEnvironment,
  runProduct,
  startProduct,
  uniqueDatabase,
} from '../support/product-process.js';
import { TestDatabase } from '../support/test-database.js';
import { createTestKeys, type TestKeys } from '../support/tokens.js';

const database = uniqueDatabase('start');
const NOBODY = 'http://127.0.0.1:9';
let keys: TestKeys;
let emptyFolder: string;
let environment: ProductEnvironment;

beforeAll(async () => {
  keys = await createTestKeys();
  emptyFolder = await mkdtemp(join(tmpdir(), 'push-contact-start-'));
  environment = baseEnvironment(database, keys.folder, NOBODY);
});

afterAll(async () => {
  const db = await TestDatabase.open(database);
  await db.close();
  await keys.remove();
  await rm(emptyFolder, { recursive: true, force: true });
});

/** The variable that the only line of a failed start names. */
async function faultOf(change: Record<string, string>, args = ['--mode=api']): Promise<string | undefined> {
  const { code, stderr } = await runProduct(args, { ...environment, ...change });
  const lines = stderr.trim().split('\n');
  expect({ code, lines }).toEqual({ code: 1, lines: [expect.any(String)] });
  return /^[^:\s]+/.exec(lines[0] ?? '')?.[0];
}

test.each([
  ['PORT', { PORT: '70000' }],
  ['PORT', { PORT: 'http' }],
  ['MONGODB_URI', { MONGODB_URI: 'localhost:27017' }],
  ['REDIS_URL', { REDIS_URL: 'http://localhost' }],
  ['PUSH_API_URL', { PUSH_API_URL: 'push-api' }],
  ['PUSH_API_TOKENS_LIMIT', { PUSH_API_TOKENS_LIMIT: '0' }],
  ['ENCRYPTION_KEY', { ENCRYPTION_KEY: 'dG9vIHNob3J0' }],
  ['ENCRYPTION_IV', { ENCRYPTION_IV: 'dG9vIHNob3J0' }],
  ['ENCRYPTION_IV', { ENCRYPTION_IV: '' }],
  ['DOPPLER_APP_SERVER', { DOPPLER_APP_SERVER: 'ftp://doppler' }],
  ['MESSAGE_STATS_RETENTION_DAYS', { MESSAGE_STATS_RETENTION_DAYS: 'a year' }],
  ['JWT_PUBLIC_KEYS_DIR', { JWT_PUBLIC_KEYS_DIR: '/no/such/folder' }],
  ['MONGODB_URI', { NODE_ENV: 'production', MONGODB_URI: '' }],
  ['REDIS_URL', { NODE_ENV: 'production', REDIS_URL: '' }],
  ['JWT_PUBLIC_KEYS_DIR', { NODE_ENV: 'production', JWT_PUBLIC_KEYS_DIR: '' }],
])('a start that %s prevents ends with exit code 1 and a line that names it: %j', async (name, change) => {
  expect(await faultOf(change)).toBe(name);
});

test('a folder without keys ends the start and is named', async () => {
  expect(await faultOf({ JWT_PUBLIC_KEYS_DIR: emptyFolder })).toBe('JWT_PUBLIC_KEYS_DIR');
});

test('an unknown mode ends the start and is named', async () => {
  expect(await faultOf({}, ['--mode=sender'])).toBe('--mode');
  expect(await faultOf({ APP_MODE: 'sender' }, [])).toBe('APP_MODE');
});

test('production wants an explicit mode', async () => {
  expect(await faultOf({ NODE_ENV: 'production' }, [])).toBe('APP_MODE');
});

test('every fault of the settings has its line', async () => {
  const faults = { PORT: 'x', REDIS_URL: 'x', ENCRYPTION_KEY: 'x' };
  const { code, stderr } = await runProduct(['--mode=api'], { ...environment, ...faults });
  const names = stderr
    .trim()
    .split('\n')
    .map((line) => line.split(':')[0]);
  expect({ code, names: names.sort() }).toEqual({ code: 1, names: ['ENCRYPTION_KEY', 'PORT', 'REDIS_URL'] });
});

test('a port that is taken ends the start and is named', async () => {
  const first = await startProduct('worker', environment);
  expect(await faultOf({ PORT: new URL(first.url).port }, ['--mode=worker'])).toBe('PORT');
  expect(await first.stop()).toBe(0);
});

test.each(['api', 'worker', 'push-api'])(
  'mode %s serves its health and ends by SIGTERM with exit code 0',
  async (mode) => {
    const started = await startProduct(mode, environment);
    expect((await request('GET', `${started.url}/health/live`)).body).toEqual({ status: 'ok' });
    expect(await started.stop()).toBe(0);
    await expect(request('GET', `${started.url}/health/live`)).rejects.toThrow();
  },
);

test('production starts when everything is given', async () => {
  const started = await startProduct('api', { ...environment, NODE_ENV: 'production' });
  const ready = await request('GET', `${started.url}/health/ready`);
  expect([ready.status, ready.body]).toEqual([200, { status: 'ok', dependencies: { mongodb: 'up', redis: 'up' } }]);
  expect(await started.stop()).toBe(0);
});
