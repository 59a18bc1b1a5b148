import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { Installation } from '../support/installation.js';
import { waitFor } from '../support/wait-for.js';

const TOKEN = fileURLToPath(new URL('../../dist/cli/token.js', import.meta.url));
const A_DAY = 86_400;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
let product: Installation;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'push-contact-token-'));
  await run('--super-user');
  const environment = { JWT_PUBLIC_KEYS_DIR: join(folder, 'jwt') };
  product = await Installation.start('token', { workers: 0, environment });
  const json = { isPushFeatureEnabled: true };
  for (const domain of ['a.example', 'b.example']) await product.db.addContacts(domain, [domain]);
  const token = (await run('--super-user')).stdout.trim();
  for (const domain of ['a.example', 'b.example']) await product.ask('PUT', `/domains/${domain}`, { token, json });
});

afterAll(async () => {
  expect(new Set(await product.stop())).toEqual(new Set([0]));
  await rm(folder, { recursive: true, force: true });
});

/** Runs what `npm run token` runs after the build. */
function run(...args: readonly string[]): Promise<Ended> {
  return execute(TOKEN, ...args);
}

function execute(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env: { DATA_DIR: folder } }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

async function statusOf(token: string, path: string): Promise<number> {
  return (await product.ask('GET', path, { token })).status;
}

it('prints one token of the development key, and nothing else', async () => {
  const { code, stdout, stderr } = await run(
    '--domain=a.example',
    '--scope=reports contacts',
    '--days=2',
    '--subject=me',
  );
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const token = stdout.trim();
  const { iat = 0, exp, ...claims } = decodeJwt(token);
  expect(claims).toEqual({ domains: ['a.example'], scope: 'reports contacts', sub: 'me' });
  expect(exp).toBe(iat + 2 * A_DAY);
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT' });
  expect(await statusOf(token, '/domains/a.example/stats')).toBe(200);
  expect(await statusOf(token, '/push-contacts?domain=a.example')).toBe(200);
  expect(await statusOf(token, '/domains/b.example/stats')).toBe(404);
  expect(await statusOf(token, '/domains/a.example')).toBe(403);
  expect(await statusOf(token, '/push-contacts/domains')).toBe(403);
});

it.each(['pkcs8', 'pkcs1'] as const)('signs with a private key file, %s', async (type) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const file = join(folder, `${type}.pem`);
  await writeFile(file, privateKey.export({ type, format: 'pem' }));
  await writeFile(join(folder, 'jwt', `${type}.pem`), publicKey.export({ type: 'spki', format: 'pem' }));
  const { stdout } = await run('--super-user', `--key-file=${file}`);
  await waitFor(
    () => statusOf(stdout.trim(), '/push-contacts/domains'),
    (status) => status === 200,
  );
});

it('the example of docs/access.md signs a token of its domain', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 3_072 });
  await writeFile(join(folder, 'private.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(join(folder, 'jwt', 'platform.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  const page = await readFile(new URL('../../docs/access.md', import.meta.url), 'utf8');
  const example = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  await writeFile(join(folder, 'example.mjs'), example.replaceAll('example.com', 'a.example'));
  const { stdout, stderr } = await execute('example.mjs');
  expect(stderr).toBe('');
  await waitFor(
    () => statusOf(stdout.trim(), '/domains/a.example/stats'),
    (status) => status === 200,
  );
  expect(await statusOf(stdout.trim(), '/domains/b.example/stats')).toBe(404);
});

it('says which option is wrong, prints no token and no key', async () => {
  const { privateKey: elliptic } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { privateKey: short } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
  const { privateKey: long } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const encrypted = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
  const files: Record<string, [string | Buffer, string]> = {
    'no-key.pem': ['no key', '--key-file: holds no private key as PEM (PKCS#8 or PKCS#1)'],
    'elliptic.pem': [elliptic.export({ type: 'pkcs8', format: 'pem' }), '--key-file: holds no RSA key'],
    'short.pem': [short.export({ type: 'pkcs8', format: 'pem' }), '--key-file: holds a key of fewer than 2048 bits'],
    'encrypted.pem': [long.export(encrypted), '--key-file: is encrypted; decrypt it first'],
    'encrypted-1.pem': [long.export({ ...encrypted, type: 'pkcs1' }), '--key-file: is encrypted; decrypt it first'],
  };
  for (const [name, [content]] of Object.entries(files)) await writeFile(join(folder, name), content);
  const expected = Object.fromEntries(Object.entries(files).map(([name, [, line]]) => [name, line]));
  for (const [name, line] of Object.entries({ ...expected, 'absent.pem': '--key-file: the file cannot be read' })) {
    const { code, stdout, stderr } = await run('--super-user', '--key-file', join(folder, name));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(line);
    expect(stderr).not.toContain('PRIVATE');
  }
  const { code, stdout, stderr } = await run('--domain=a.example');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^--scope: /);
});

it('makes the development key pair where there is none', async () => {
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['jwt', 'jwt-private.pem']));
  expect(await readdir(join(folder, 'jwt'))).toContain('development.pem');
});
