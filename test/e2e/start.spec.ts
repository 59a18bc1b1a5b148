import { generateP256KeyPair } from '../../src/core/crypto/p256.js';
import { createOwnSettings, type OwnSettings } from '../support/own-settings.js';
import { type ProductEnvironment, runProduct, startProduct } from '../support/product-process.js';

let settings: OwnSettings;
let environment: ProductEnvironment;

beforeAll(async () => {
  settings = await createOwnSettings('start');
  ({ environment } = settings);
});

afterAll(async () => {
  await settings.remove();
});

/** Starts with a bad setting. Resolves with the setting that the only line of the output names. */
async function faultOf(change: Record<string, string>, args = ['--mode=api']): Promise<string | undefined> {
  const { code, stderr } = await runProduct(args, { ...environment, ...change });
  const lines = stderr.trim().split('\n');
  expect({ code, lines }).toEqual({ code: 1, lines: [expect.any(String)] });
  return /^[^:\s]+/.exec(lines[0] ?? '')?.[0];
}

it.each([
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
  ['VAPID_PUBLIC_KEY', { VAPID_PUBLIC_KEY: 'key' }],
  ['VAPID_PRIVATE_KEY', { VAPID_PRIVATE_KEY: generateP256KeyPair().privateKey }],
  ['FIREBASE_CREDENTIALS_FILE', { FIREBASE_CREDENTIALS_FILE: '/no/such/file' }],
  ['PUSH_SERVICE_HOSTS', { PUSH_SERVICE_HOSTS: 'https://push.example.com' }],
  ['MESSAGE_STATS_RETENTION_DAYS', { MESSAGE_STATS_RETENTION_DAYS: 'a year' }],
  ['JWT_PUBLIC_KEYS_DIR', { JWT_PUBLIC_KEYS_DIR: '/no/such/folder' }],
  ['MONGODB_URI', { NODE_ENV: 'production', MONGODB_URI: '' }],
  ['REDIS_URL', { NODE_ENV: 'production', REDIS_URL: '' }],
  ['JWT_PUBLIC_KEYS_DIR', { NODE_ENV: 'production', JWT_PUBLIC_KEYS_DIR: '' }],
])('exits with code 1 and one line that names %s for %j', async (name, change) => {
  expect(await faultOf(change)).toBe(name);
});

it('exits and names the setting when the folder has no keys', async () => {
  expect(await faultOf({ JWT_PUBLIC_KEYS_DIR: settings.folder })).toBe('JWT_PUBLIC_KEYS_DIR');
});

it('exits and names the setting when the mode is unknown', async () => {
  expect(await faultOf({}, ['--mode=sender'])).toBe('--mode');
  expect(await faultOf({ APP_MODE: 'sender' }, [])).toBe('APP_MODE');
});

it('requires an explicit mode in production', async () => {
  expect(await faultOf({ NODE_ENV: 'production' }, [])).toBe('APP_MODE');
});

it('prints one line for each problem of the settings', async () => {
  const problems = { PORT: 'x', REDIS_URL: 'x', ENCRYPTION_KEY: 'x' };
  const { code, stderr } = await runProduct(['--mode=api'], { ...environment, ...problems });
  const names = stderr
    .trim()
    .split('\n')
    .map((line) => line.split(':')[0]);
  expect({ code, names: names.sort() }).toEqual({ code: 1, names: ['ENCRYPTION_KEY', 'PORT', 'REDIS_URL'] });
});

it('exits and names the setting when the port is taken', async () => {
  const first = await startProduct('worker', environment);
  expect(await faultOf({ PORT: new URL(first.url).port }, ['--mode=worker'])).toBe('PORT');
  expect(await first.stop()).toBe(0);
});
