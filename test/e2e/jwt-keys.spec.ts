import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from '../support/http.js';
import { Installation } from '../support/installation.js';
import { type ProductProcess, pushApiEnvironment, startProduct } from '../support/product-process.js';
import { signToken } from '../support/tokens.js';
import { waitFor } from '../support/wait-for.js';

/** How often a process reads the folder unasked. */
const READ_MS = 5_000;
const ROUNDS = 10;

const FAILURES = 'push_contact_jwt_key_read_failures_total';

let product: Installation;
let folder: string;
let firstKey: KeyObject;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'push-contact-new-keys-'));
  firstKey = newKey();
  await writeKey('first.pem', firstKey);
});

afterEach(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
  await rm(folder, { recursive: true, force: true });
});

async function start(keysDir = folder): Promise<void> {
  product = await Installation.start('jwt_keys', { workers: 0, environment: { JWT_PUBLIC_KEYS_DIR: keysDir } });
}

function newKey(modulusLength = 2_048): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength }).privateKey;
}

function toPem(key: KeyObject): string | Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' });
}

function writeKey(name: string, key: KeyObject, directory = folder): Promise<void> {
  return writeFile(join(directory, name), toPem(key));
}

async function statusWith(key: KeyObject, url = product.api.url): Promise<number> {
  const token = await signToken(key, { isSU: true });
  return (await request('GET', `${url}/push-contacts/domains`, { token })).status;
}

function isAccepted(key: KeyObject): Promise<unknown> {
  return waitFor(
    () => statusWith(key),
    (status) => status === 200,
  );
}

function isRefused(key: KeyObject): Promise<unknown> {
  return waitFor(
    () => statusWith(key),
    (status) => status === 401,
  );
}

async function failures(): Promise<number> {
  const { text } = await request('GET', product.api.metricsUrl);
  return Number(new RegExp(`^${FAILURES} (\\d+)$`, 'm').exec(text)?.[1]);
}

function moreFailuresThan(count: number): Promise<number> {
  return waitFor(failures, (now) => now > count);
}

function readAtOnce(): void {
  process.kill(product.api.pid, 'SIGHUP');
}

function linesWith(text: string): number {
  return product.api
    .output()
    .split('\n')
    .filter((line) => line.includes(text)).length;
}

it('accepts a new key, refuses a removed one, and survives what is no key, without a restart', async () => {
  await start();
  const secondKey = newKey();
  expect([await statusWith(firstKey), await statusWith(secondKey)]).toEqual([200, 401]);
  await writeKey('second.pem', secondKey);
  await isAccepted(secondKey);
  expect(await statusWith(firstKey)).toBe(200);

  await writeFile(join(folder, 'third.pem'), 'half a key');
  const failed = await moreFailuresThan(0);
  readAtOnce();
  await moreFailuresThan(failed);
  expect(linesWith('third.pem holds no public key')).toBe(1);
  expect([await statusWith(firstKey), await statusWith(secondKey)]).toEqual([200, 200]);

  await writeKey('third.pem', newKey(1_024));
  readAtOnce();
  await waitFor(
    () => Promise.resolve(linesWith('third.pem holds a key of fewer than 2048 bits')),
    (lines) => lines === 1,
  );
  expect(await statusWith(secondKey)).toBe(200);

  await rm(join(folder, 'third.pem'));
  await rm(join(folder, 'first.pem'));
  await isRefused(firstKey);
  expect(await statusWith(secondKey)).toBe(200);

  const before = await failures();
  await rm(folder, { recursive: true });
  readAtOnce();
  await moreFailuresThan(before);
  expect(linesWith('the folder cannot be read')).toBe(1);
  expect(await statusWith(secondKey)).toBe(200);
  await mkdir(folder);
  readAtOnce();
  await waitFor(
    () => Promise.resolve(linesWith('holds no *.pem and no *.xml file')),
    (lines) => lines === 1,
  );
  expect(await statusWith(secondKey)).toBe(200);

  await writeKey('second.pem', firstKey);
  await isAccepted(firstKey);
  await isRefused(secondKey);
  expect(product.api.output()).not.toContain('BEGIN PUBLIC KEY');
}, 120_000);

it('refuses a removed key and accepts a new one while other files are broken or do not answer', async () => {
  await start();
  const secondKey = newKey();
  await writeFile(join(folder, 'broken.pem'), 'half a key');
  // Whoever opens a named pipe waits for its other end.
  execFileSync('mkfifo', [join(folder, 'pipe.pem')]);
  await writeKey('second.pem', secondKey);
  await rm(join(folder, 'first.pem'));
  readAtOnce();
  await isAccepted(secondKey);
  await isRefused(firstKey);
  await waitFor(
    () => Promise.resolve([linesWith('broken.pem holds no public key'), linesWith('pipe.pem cannot be read')]),
    (lines) => lines.every((count) => count === 1),
  );
  await writeFile(join(folder, 'second.pem'), 'half a key');
  readAtOnce();
  await waitFor(
    () => Promise.resolve(linesWith('second.pem holds no public key')),
    (lines) => lines === 1,
  );
  expect(await statusWith(secondKey)).toBe(200);
});

it('follows a symbolic link that is exchanged, as Kubernetes mounts a secret', async () => {
  const secondKey = newKey();
  const [one, two, mounted] = ['..one', '..two', 'mounted'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [one, two, mounted]) await mkdir(each);
  await writeKey('key.pem', firstKey, one);
  await writeKey('key.pem', secondKey, two);
  await symlink(one, join(mounted, '..data'));
  await symlink('..data/key.pem', join(mounted, 'key.pem'));
  await start(mounted);
  expect([await statusWith(firstKey), await statusWith(secondKey)]).toEqual([200, 401]);
  await symlink(two, join(mounted, '..data_tmp'));
  await rename(join(mounted, '..data_tmp'), join(mounted, '..data'));
  await isAccepted(secondKey);
  expect(await statusWith(firstKey)).toBe(401);
  expect(await failures()).toBe(0);
});

it('reads the folder at each SIGHUP, and no mode ends by it', async () => {
  await start();
  const pushApi = await startProduct('push-api', pushApiEnvironment(folder));
  const worker = await product.startProcess('worker');
  const secondKey = newKey();
  await writeKey('second.pem', secondKey);
  for (const { pid } of [product.api, worker, pushApi]) process.kill(pid, 'SIGHUP');
  await isAccepted(secondKey);
  await waitFor(
    () => sandboxStatus(pushApi, secondKey),
    (status) => status === 200,
  );
  expect((await request('GET', `${worker.url}/health/live`)).status).toBe(200);
  expect(await pushApi.stop()).toBe(0);

  await writeFile(join(folder, 'third.pem'), 'no key');
  const started = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await failures();
    readAtOnce();
    await moreFailuresThan(before);
  }
  expect(performance.now() - started).toBeLessThan((ROUNDS * READ_MS) / 2);
});

async function sandboxStatus({ url }: ProductProcess, key: KeyObject): Promise<number> {
  const token = await signToken(key, { isSU: true });
  return (await request('GET', `${url}/sandbox/notifications`, { token })).status;
}
