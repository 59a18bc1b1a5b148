import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateP256KeyPair, type P256KeyPair } from '../crypto/p256.js';
import { loadConfig } from './config.js';
import { SettingError } from './setting-error.js';
import type { VapidSettings } from './vapid-settings.js';

const SUBJECT = 'mailto:operations@push.example';
const [ONE, TWO, THREE] = [generateP256KeyPair(), generateP256KeyPair(), generateP256KeyPair()];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vapid-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(files: Readonly<Record<string, unknown>>): void {
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

function read(env: Readonly<Record<string, string>> = {}): { vapid?: VapidSettings | undefined; problems: string[] } {
  try {
    const { vapid } = loadConfig({ VAPID_KEYS_DIR: folder, VAPID_SUBJECT: SUBJECT, ...env }, []);
    return { vapid, problems: [] };
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return { problems: [...error.problems] };
  }
}

function publicKeys(vapid: VapidSettings | undefined): string[] {
  return (vapid?.keys ?? []).map(({ publicKey }) => publicKey);
}

const pairOf = ({ publicKey, privateKey }: P256KeyPair): Record<string, string> => ({
  VAPID_PUBLIC_KEY: publicKey,
  VAPID_PRIVATE_KEY: privateKey,
});

describe('loadConfig with VAPID_KEYS_DIR', () => {
  it('reads the files of the folder by name; the first is the default', () => {
    write({ '2026-11.json': TWO, '2025-01.json': ONE, '2027.json': THREE, 'README.md': 'no key', '.2024.json': '' });
    const { vapid, problems } = read();
    expect(problems).toEqual([]);
    expect(vapid).toEqual({ keys: [ONE, TWO, THREE], defaultKey: ONE.publicKey, subject: SUBJECT });
  });

  it('puts VAPID_PUBLIC_KEY first, whatever the names of files', () => {
    write({ 'a.json': TWO, 'b.json': THREE });
    expect(publicKeys(read(pairOf(ONE)).vapid)).toEqual([ONE, TWO, THREE].map(({ publicKey }) => publicKey));
  });

  it('takes a pair that is given twice once, with the private key of either', () => {
    write({ 'a.json': TWO, 'b.json': ONE });
    const { vapid } = read({ VAPID_PUBLIC_KEY: ONE.publicKey });
    expect(vapid?.keys).toEqual([ONE, TWO]);
  });

  it('takes public keys alone, without a subject', () => {
    write({ 'a.json': { publicKey: ONE.publicKey }, 'b.json': { publicKey: TWO.publicKey, privateKey: null } });
    const { vapid, problems } = read({ VAPID_SUBJECT: '' });
    expect(problems).toEqual([]);
    expect(publicKeys(vapid)).toEqual([ONE.publicKey, TWO.publicKey]);
  });

  it('takes the default key that is named, in base64 too', () => {
    write({ 'a.json': ONE, 'b.json': TWO });
    const base64 = Buffer.from(TWO.publicKey, 'base64url').toString('base64');
    expect(read({ VAPID_DEFAULT_KEY: TWO.publicKey }).vapid?.defaultKey).toBe(TWO.publicKey);
    expect(read({ VAPID_DEFAULT_KEY: base64 }).vapid?.defaultKey).toBe(TWO.publicKey);
  });

  it.each<[string, Record<string, unknown>, Record<string, string>, string]>([
    [
      'a default key of another installation',
      { 'a.json': ONE },
      { VAPID_DEFAULT_KEY: TWO.publicKey },
      'VAPID_DEFAULT_KEY',
    ],
    ['a default key that is none', { 'a.json': ONE }, { VAPID_DEFAULT_KEY: 'a.json' }, 'VAPID_DEFAULT_KEY'],
    ['a default key of no ring', {}, { VAPID_KEYS_DIR: '', VAPID_DEFAULT_KEY: ONE.publicKey }, 'VAPID_DEFAULT_KEY'],
    ['a folder without a key', { 'a.pem': 'key' }, {}, 'VAPID_KEYS_DIR'],
    ['a folder that does not exist', {}, { VAPID_KEYS_DIR: '/no/such/folder' }, 'VAPID_KEYS_DIR'],
    ['a pair without a subject', { 'a.json': ONE }, { VAPID_SUBJECT: '' }, 'VAPID_SUBJECT'],
    ['a file that is no JSON', { 'a.json': 'VAPID_PUBLIC_KEY=' }, {}, 'VAPID_KEYS_DIR'],
    ['a file of another shape', { 'a.json': [ONE] }, {}, 'VAPID_KEYS_DIR'],
    ['a file without a public key', { 'a.json': { privateKey: ONE.privateKey } }, {}, 'VAPID_KEYS_DIR'],
    ['a file with halves of two pairs', { 'a.json': { ...ONE, privateKey: TWO.privateKey } }, {}, 'VAPID_KEYS_DIR'],
    ['a file with a private key of zero', { 'a.json': { ...ONE, privateKey: 'AA' } }, {}, 'VAPID_KEYS_DIR'],
  ])('rejects %s', (_, files, env, name) => {
    write(files);
    const { problems } = read(env);
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([name]);
    expect(problems.join('')).not.toContain(ONE.privateKey);
  });

  it('names each file that holds no key', () => {
    write({ 'a.json': ONE, 'b.json': '{', 'd.json': '"key"' });
    mkdirSync(join(folder, 'c.json'));
    const { problems } = read();
    expect(problems.map((problem) => /([a-d]\.json) holds/.exec(problem)?.[1])).toEqual(['b.json', 'c.json', 'd.json']);
  });
});
