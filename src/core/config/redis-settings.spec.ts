import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { readRedis, type RedisSettings } from './redis-settings.js';
import { type Environment, SettingReader } from './setting-reader.js';

const URL_OF_ONE = 'redis://redis.example';
const SECRET = 's3cret';

let folder: string;
let certificate: string;
let key: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'redis-settings-'));
  const pair = await generate([{ name: 'commonName', value: 'a CA' }], { keyType: 'ec', curve: 'P-256' });
  certificate = fileWith('ca.pem', pair.cert);
  key = fileWith('key.pem', pair.private);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileWith(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function read(env: Environment): { settings: RedisSettings | undefined; problems: readonly string[] } {
  const reader = new SettingReader(env);
  const settings = readRedis(reader);
  return { settings, problems: reader.problems };
}

/** The names of the settings that have a problem, none of which repeats a value. */
function findBadNames(env: Environment): string[] {
  const { problems } = read(env);
  expect(problems.join('\n')).not.toContain(SECRET);
  return problems.map((problem) => problem.slice(0, problem.indexOf(':')));
}

describe('readRedis', () => {
  it('returns one server with a URL alone', () => {
    const url = 'redis://user:p%40ss@redis.example:7000/3';

    expect(read({ REDIS_URL: url })).toEqual({
      settings: { url, clusterNodes: undefined, sentinel: undefined, tls: {} },
      problems: [],
    });
    expect(read({})).toEqual({ settings: undefined, problems: [] });
  });

  it('returns the nodes of a cluster, that of the URL first', () => {
    const { settings, problems } = read({
      REDIS_URL: 'rediss://[2001:db8::1]:7000',
      REDIS_CLUSTER_NODES: 'two.example, three.example:7002,[2001:db8::4]:7003 ,[2001:db8::5],192.0.2.6:7005',
    });

    expect(problems).toEqual([]);
    expect(settings?.clusterNodes).toEqual([
      { host: '2001:db8::1', port: 7000 },
      { host: 'two.example', port: 6379 },
      { host: 'three.example', port: 7002 },
      { host: '2001:db8::4', port: 7003 },
      { host: '2001:db8::5', port: 6379 },
      { host: '192.0.2.6', port: 7005 },
    ]);
  });

  it('returns Sentinels, and the usual name where none is given', () => {
    const env = { REDIS_URL: 'redis://:p@any/2', REDIS_SENTINELS: 'one.example,two.example:5000' };
    const addresses = [
      { host: 'one.example', port: 26_379 },
      { host: 'two.example', port: 5000 },
    ];

    expect(read(env)).toMatchObject({ settings: { sentinel: { addresses, name: 'mymaster' } }, problems: [] });
    const named = {
      REDIS_SENTINEL_NAME: 'cache-1',
      REDIS_SENTINEL_USERNAME: 'watcher',
      REDIS_SENTINEL_PASSWORD_FILE: fileWith('password', `${SECRET}\n`),
    };
    expect(read({ ...env, ...named })).toMatchObject({
      settings: { sentinel: { addresses, name: 'cache-1', username: 'watcher', password: SECRET } },
      problems: [],
    });
  });

  it('returns the PEM texts for TLS', () => {
    const files = { REDIS_CA_FILE: certificate, REDIS_CERT_FILE: certificate, REDIS_KEY_FILE: key };
    const { settings, problems } = read({ REDIS_URL: 'rediss://redis.example', ...files });

    expect(problems).toEqual([]);
    expect(settings?.tls).toEqual({
      ca: expect.stringMatching(/^-----BEGIN CERTIFICATE/) as string,
      cert: expect.stringMatching(/^-----BEGIN CERTIFICATE/) as string,
      key: expect.stringMatching(/^-----BEGIN [A-Z ]*PRIVATE KEY/) as string,
    });
  });

  it.each<[string, Environment, string[]]>([
    ['nodes without REDIS_URL', { REDIS_CLUSTER_NODES: 'one.example' }, ['REDIS_URL']],
    ['Sentinels without REDIS_URL', { REDIS_SENTINELS: 'one.example' }, ['REDIS_URL']],
    ['a REDIS_URL that is malformed, once', { REDIS_URL: 'one.example', REDIS_SENTINELS: 'a.example' }, ['REDIS_URL']],
    [
      'nodes and Sentinels',
      { REDIS_URL: URL_OF_ONE, REDIS_CLUSTER_NODES: 'a.example', REDIS_SENTINELS: 'b.example' },
      ['REDIS_SENTINELS'],
    ],
    ['a database of a cluster', { REDIS_URL: `${URL_OF_ONE}/1`, REDIS_CLUSTER_NODES: 'a.example' }, ['REDIS_URL']],
    [
      'a database of a cluster in the query',
      { REDIS_URL: `${URL_OF_ONE}?db=1`, REDIS_CLUSTER_NODES: 'a.example' },
      ['REDIS_URL'],
    ],
    ['a path that is no number', { REDIS_URL: `${URL_OF_ONE}/a`, REDIS_CLUSTER_NODES: 'a.example' }, ['REDIS_URL']],
    ['other options', { REDIS_URL: `${URL_OF_ONE}?family=6`, REDIS_SENTINELS: 'a.example' }, ['REDIS_URL']],
    ['a name without Sentinels', { REDIS_URL: URL_OF_ONE, REDIS_SENTINEL_NAME: 'a' }, ['REDIS_SENTINELS']],
    ['a password without Sentinels', { REDIS_URL: URL_OF_ONE, REDIS_SENTINEL_PASSWORD: SECRET }, ['REDIS_SENTINELS']],
    [
      'a user without a password',
      { REDIS_URL: URL_OF_ONE, REDIS_SENTINELS: 'a.example', REDIS_SENTINEL_USERNAME: 'a' },
      ['REDIS_SENTINEL_PASSWORD'],
    ],
    ['a CA without TLS', { REDIS_URL: URL_OF_ONE, REDIS_CA_FILE: 'CA' }, ['REDIS_CA_FILE']],
    ['a CA that is a key', { REDIS_URL: 'rediss://a.example', REDIS_CA_FILE: 'KEY' }, ['REDIS_CA_FILE']],
    ['a CA that is not there', { REDIS_URL: 'rediss://a.example', REDIS_CA_FILE: '/nowhere' }, ['REDIS_CA_FILE']],
    ['a certificate without its key', { REDIS_URL: 'rediss://a.example', REDIS_CERT_FILE: 'CA' }, ['REDIS_KEY_FILE']],
    ['a key without its certificate', { REDIS_URL: 'rediss://a.example', REDIS_KEY_FILE: 'KEY' }, ['REDIS_CERT_FILE']],
  ])('rejects %s', (_, env, names) => {
    const paths: Record<string, string> = { CA: certificate, KEY: key };
    const filled = Object.entries(env).map(([name, value = '']) => [name, paths[value] ?? value]);

    expect(findBadNames(Object.fromEntries(filled) as Environment)).toEqual(names);
  });

  it.each([
    'redis://a.example',
    `user:${SECRET}@a.example`,
    '2001:db8::1',
    'a.example:99999',
    'a.example,',
    'a/1',
    'a b',
  ])('rejects an address that is no host and port: %s', (address) => {
    expect(findBadNames({ REDIS_URL: URL_OF_ONE, REDIS_CLUSTER_NODES: address })).toEqual(['REDIS_CLUSTER_NODES']);
    expect(findBadNames({ REDIS_URL: URL_OF_ONE, REDIS_SENTINELS: address })).toEqual(['REDIS_SENTINELS']);
  });

  it('takes no key that cannot be read without a passphrase', () => {
    const locked = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      ...{ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: SECRET },
    });
    const path = fileWith('locked.pem', locked.toString());

    const env = { REDIS_URL: 'rediss://a.example', REDIS_CERT_FILE: certificate, REDIS_KEY_FILE: path };
    expect(findBadNames(env)).toEqual(['REDIS_KEY_FILE']);
  });
});
