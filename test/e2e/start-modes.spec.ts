import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deriveP256PublicKey, type P256KeyPair } from '../../src/core/crypto/p256.js';
import { request } from '../support/http.js';
import { createOwnSettings, NOBODY, type OwnSettings } from '../support/own-settings.js';
import {
  end,
  PUSH_API_TOKEN,
  type ProductEnvironment,
  spawnProduct,
  startProduct,
} from '../support/product-process.js';
import { waitFor } from '../support/wait-for.js';

const VAPID_KEYS_SCRIPT = fileURLToPath(new URL('../../dist/cli/vapid-keys.js', import.meta.url));
let settings: OwnSettings;
let environment: ProductEnvironment;

beforeAll(async () => {
  settings = await createOwnSettings('start_modes');
  ({ environment } = settings);
});

afterAll(async () => {
  await settings.remove();
});

it.each(['api', 'worker', 'push-api'])('mode %s serves its health and exits with code 0 on SIGTERM', async (mode) => {
  const started = await startProduct(mode, environment);
  expect((await request('GET', `${started.url}/health/live`)).body).toEqual({ status: 'ok' });
  expect(await started.stop()).toBe(0);
  await expect(request('GET', `${started.url}/health/live`)).rejects.toThrow();
});

it('ends with exit code 0 by a SIGTERM during the start, also while MongoDB does not answer', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  const connected = once(silent, 'connection');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const starting = spawnProduct(['--mode=api'], { ...environment, MONGODB_URI: `mongodb://127.0.0.1:${port}` });
  const [socket] = (await connected) as [Socket];
  expect(await end(starting.child, 'SIGTERM')).toBe(0);
  expect(starting.output.stdout).toContain('SIGTERM during the start');
  socket.destroy();
  silent.close();
});

it('a second SIGTERM does not keep it from finishing what is in flight', async () => {
  const started = await startProduct('api', environment);
  const { hostname, port } = new URL(started.url);
  const client = connect(Number(port), hostname);
  const head = `POST /push-contacts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json`;
  client.write(`${head}\r\nContent-Length: 2\r\n\r\n{`);
  await request('GET', `${started.url}/health/live`);

  const ended = started.stop();
  await waitFor(
    () => Promise.resolve(started.output()),
    (output) => output.includes('SIGTERM: finishing'),
  );
  process.kill(started.pid, 'SIGTERM');
  await request('GET', started.metricsUrl);
  client.write('}');

  const [answer] = (await once(client, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1.1 400 /);
  expect(await ended).toBe(0);
});

it('creates a VAPID pair in development, readable for its owner only, and keeps it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'push-contact-vapid-'));
  const noKeys = { VAPID_PUBLIC_KEY: '', VAPID_PRIVATE_KEY: '', VAPID_SUBJECT: '', DATA_DIR: folder };
  const kept = async (): Promise<string> => {
    const starting = [
      startProduct('push-api', { ...environment, ...noKeys }),
      startProduct('api', { ...environment, ...noKeys }),
    ];
    const started = await Promise.all(starting);
    expect(await Promise.all(started.map((process) => process.stop()))).toEqual([0, 0]);
    return readFile(join(folder, 'vapid.json'), 'utf8');
  };
  const first = await kept();
  const { mode } = await stat(join(folder, 'vapid.json'));
  const second = await kept();
  const files = await readdir(folder);
  await rm(folder, { recursive: true });
  const { publicKey, privateKey } = JSON.parse(first) as P256KeyPair;
  expect(deriveP256PublicKey(Buffer.from(privateKey, 'base64url'))).toBe(publicKey);
  expect([mode & 0o777, second, files]).toEqual([0o600, first, ['vapid.json']]);
});

it('npm run vapid-keys prints settings that are accepted', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [VAPID_KEYS_SCRIPT]);
  const printed = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('='));
  expect(printed.map(([name]) => name)).toEqual(['VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY']);
  const started = await startProduct('push-api', { ...environment, ...(Object.fromEntries(printed) as object) });
  expect(await started.stop()).toBe(0);
});

it('npm run vapid-keys writes a file for VAPID_KEYS_DIR, and never over another one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'push-contact-vapid-'));
  const file = join(folder, '2027-01.json');
  const write = promisify(execFile);
  const { stdout } = await write(process.execPath, [VAPID_KEYS_SCRIPT, file]);
  const written = await readFile(file, 'utf8');
  const refused = await write(process.execPath, [VAPID_KEYS_SCRIPT, file]).catch((error: unknown) => error);
  const { mode } = await stat(file);

  expect(stdout.trim()).toBe((JSON.parse(written) as P256KeyPair).publicKey);
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('EEXIST') as string });
  expect([mode & 0o777, await readFile(file, 'utf8')]).toEqual([0o600, written]);
  const ring = { VAPID_PUBLIC_KEY: '', VAPID_PRIVATE_KEY: '', VAPID_KEYS_DIR: folder };
  const started = await startProduct('push-api', { ...environment, ...ring, VAPID_DEFAULT_KEY: stdout.trim() });
  expect(await started.stop()).toBe(0);
  await rm(folder, { recursive: true });
});

it.each([
  ['its own PushApi', '', /No VAPID keys.*sandbox/],
  ['another PushApi', NOBODY, /No VAPID_PUBLIC_KEY.*cannot subscribe/],
])('warns in production without VAPID keys in an API with %s', async (_, pushApiUrl, warning) => {
  const noKeys = { VAPID_PUBLIC_KEY: '', VAPID_PRIVATE_KEY: '', VAPID_SUBJECT: '', PUSH_API_URL: pushApiUrl };
  const started = await startProduct('api', { ...environment, ...noKeys, NODE_ENV: 'production' });
  expect(await started.stop()).toBe(0);
  expect(started.output()).toMatch(warning);
});

it('starts push-api in production without any store, the keys of ids, or a folder that it may write', async () => {
  const dataDir = join(settings.folder, 'none');
  const none = { MONGODB_URI: '', REDIS_URL: '', ENCRYPTION_KEY: '', ENCRYPTION_IV: '', DATA_DIR: dataDir };
  const started = await startProduct('push-api', { ...environment, ...none, NODE_ENV: 'production' });
  const sent = await request('POST', `${started.url}/webpush`, {
    token: PUSH_API_TOKEN,
    json: { subscriptions: [], notification: {} },
  });
  expect([sent.status, (await request('GET', `${started.url}/health/live`)).status]).toEqual([400, 200]);
  expect(await started.stop()).toBe(0);
  await expect(stat(dataDir)).rejects.toThrow('ENOENT');
});

it('starts in production when every setting is given', async () => {
  const started = await startProduct('api', { ...environment, NODE_ENV: 'production' });
  const ready = await request('GET', `${started.url}/health/ready`);
  expect([ready.status, ready.body]).toEqual([
    200,
    { status: 'ok', dependencies: { mongodb: 'up', redis: 'up', pushApi: 'up' } },
  ]);
  expect(await started.stop()).toBe(0);
});
