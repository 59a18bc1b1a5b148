import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './config.js';
import { generateP256KeyPair } from './p256.js';
import { SettingError } from './setting-error.js';
import type { Environment } from './setting-reader.js';

const KEY = Buffer.alloc(32, 7);
const IV = Buffer.alloc(16, 9);

const PRODUCTION: Environment = {
  NODE_ENV: 'production',
  APP_MODE: 'api',
  MONGODB_URI: 'mongodb://db.example/push',
  REDIS_URL: 'redis://redis.example:6379',
  JWT_PUBLIC_KEYS_DIR: '/keys',
  ENCRYPTION_KEY: KEY.toString('base64'),
  ENCRYPTION_IV: IV.toString('base64'),
};

/** The faults that loadConfig reports; none when it accepts the settings. */
function faultsOf(env: Environment, argv: readonly string[] = []): readonly string[] {
  try {
    loadConfig(env, argv);
    return [];
  } catch (error) {
    if (error instanceof SettingError) return error.faults;
    throw error;
  }
}

function namesOf(faults: readonly string[]): string[] {
  return faults.map((fault) => fault.slice(0, fault.indexOf(':'))).sort();
}

describe('loadConfig without any setting', () => {
  it('has the defaults of development', () => {
    expect(loadConfig({}, [])).toEqual({
      mode: 'all',
      production: false,
      logLevel: 'log',
      host: '0.0.0.0',
      port: 3000,
      mongodb: {
        uri: undefined,
        database: 'push-contact',
        pushContactsCollection: 'push-contacts',
        domainsCollection: 'domains',
      },
      redisUrl: undefined,
      pushApi: { url: undefined, token: undefined, tokensLimit: 400 },
      vapid: undefined,
      firebase: undefined,
      pushServiceHosts: [],
      jwtPublicKeysDir: undefined,
      encryption: undefined,
      publicUrl: undefined,
      doppler: undefined,
      messageStatsRetentionDays: 360,
      visitorsBodyLimitBytes: 33_554_432,
      dataDir: '.data',
      mongodBinary: undefined,
    });
  });

  it('treats an empty or blank variable as unset', () => {
    const blank = { PORT: '', HOST: '  ', MONGODB_URI: '', ENCRYPTION_KEY: ' ', PUBLIC_URL: '', APP_MODE: '' };
    expect(loadConfig(blank, [])).toEqual(loadConfig({}, []));
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(loadConfig({}, []))).toBe(true);
  });
});

describe('loadConfig with good values', () => {
  it.each(['api', 'worker', 'push-api', 'all'])('knows the mode %s', (mode) => {
    expect(loadConfig({ APP_MODE: mode }, []).mode).toBe(mode);
    expect(loadConfig({}, [`--mode=${mode}`]).mode).toBe(mode);
  });

  it('prefers the flag to APP_MODE, and the last flag', () => {
    expect(loadConfig({ APP_MODE: 'api' }, ['--mode=worker']).mode).toBe('worker');
    expect(loadConfig({ APP_MODE: 'nonsense' }, ['--mode=all', '--mode=push-api']).mode).toBe('push-api');
  });

  it.each([
    ['0', 0],
    ['65535', 65_535],
  ])('takes the port %s', (text, port) => {
    expect(loadConfig({ PORT: text }, []).port).toBe(port);
  });

  it.each([
    ['nothing', { MONGODB_URI: 'mongodb://a,b' }, 'push-contact'],
    ['the URI', { MONGODB_URI: 'mongodb://u:p@a,b/in-uri?replicaSet=rs0' }, 'in-uri'],
    ['options without a database', { MONGODB_URI: 'mongodb+srv://a/?retryWrites=true' }, 'push-contact'],
    ['MONGODB_DATABASE over the URI', { MONGODB_URI: 'mongodb://a/in-uri', MONGODB_DATABASE: 'named' }, 'named'],
  ])('takes the database from %s', (_, env, database) => {
    expect(loadConfig(env, []).mongodb.database).toBe(database);
  });

  it('reads key and IV from base64', () => {
    const env = { ENCRYPTION_KEY: KEY.toString('base64'), ENCRYPTION_IV: IV.toString('base64') };
    expect(loadConfig(env, []).encryption).toEqual({ key: KEY, iv: IV });
  });

  it('removes slashes at the end of URLs, to which paths are added', () => {
    const config = loadConfig({ PUBLIC_URL: 'https://push.example/base//', PUSH_API_URL: 'http://api.example/' }, []);
    expect(config.publicUrl).toBe('https://push.example/base');
    expect(config.pushApi.url).toBe('http://api.example');
  });

  it('tells Doppler of visitors only where its server is known', () => {
    expect(loadConfig({ DOPPLER_INTERNAL_TOKEN: 'token' }, []).doppler).toBeUndefined();
    const env = { DOPPLER_APP_SERVER: 'https://doppler.example', DOPPLER_INTERNAL_TOKEN: 'token' };
    expect(loadConfig(env, []).doppler).toEqual({ server: 'https://doppler.example', internalToken: 'token' });
  });
});

describe('loadConfig with bad values', () => {
  const BAD_VALUES: readonly (readonly [string, string])[] = [
    ['APP_MODE', 'sidecar'],
    ['APP_MODE', 'API'],
    ['LOG_LEVEL', 'loudest'],
    ['PORT', 'eighty'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORT', '0x1F90'],
    ['PUSH_API_TOKENS_LIMIT', '501'],
    ['PUSH_API_TOKENS_LIMIT', '0'],
    ['MESSAGE_STATS_RETENTION_DAYS', '0'],
    ['MESSAGE_STATS_RETENTION_DAYS', '3651'],
    ['MONGODB_URI', 'http://db.example/hidden'],
    ['MONGODB_URI', 'mongodb://'],
    ['REDIS_URL', 'redis.example:6379'],
    ['PUSH_API_URL', 'ftp://api.example'],
    ['PUSH_API_URL', 'https://api.example:notaport'],
    ['VAPID_PUBLIC_KEY', KEY.toString('base64')],
    ['VAPID_PUBLIC_KEY', Buffer.alloc(65, 4).toString('base64')],
    ['VAPID_SUBJECT', 'operations@push.example'],
    ['VAPID_SUBJECT', 'mailto:nobody'],
    ['VAPID_SUBJECT', 'http://push.example'],
    ['VAPID_SUBJECT', 'https://localhost'],
    ['FIREBASE_CREDENTIALS_FILE', '/no/such/file'],
    ['FIREBASE_CREDENTIALS_FILE', 'package.json'],
    ['FIREBASE_CREDENTIALS_FILE', 'README.md'],
    ['PUSH_SERVICE_HOSTS', 'https://push.example'],
    ['PUSH_SERVICE_HOSTS', 'good.example, push.example/path'],
    ['PUSH_SERVICE_HOSTS', 'user@push.example'],
    ['PUSH_SERVICE_HOSTS', 'push.example:99999'],
    ['PUSH_SERVICE_HOSTS', '*'],
    ['PUBLIC_URL', 'push.example'],
    ['PUBLIC_URL', 'https://'],
    ['DOPPLER_APP_SERVER', 'doppler.example'],
    ['ENCRYPTION_KEY', KEY.subarray(1).toString('base64')],
    ['ENCRYPTION_KEY', `${KEY.toString('base64')}!`],
    ['ENCRYPTION_KEY', KEY.toString('hex')],
    ['ENCRYPTION_IV', KEY.toString('base64')],
  ];
  const whole: Environment = {
    ENCRYPTION_KEY: PRODUCTION.ENCRYPTION_KEY,
    ENCRYPTION_IV: PRODUCTION.ENCRYPTION_IV,
  };

  it.each(BAD_VALUES)('names %s when it is %s, and nothing else', (name, value) => {
    expect(namesOf(faultsOf({ ...whole, [name]: value }))).toEqual([name]);
    expect(namesOf(faultsOf({ ...PRODUCTION, [name]: value }))).toEqual([name]);
  });

  it.each(BAD_VALUES.filter(([, value]) => value.length > 3 && value !== 'https://' && value !== 'mongodb://'))(
    'does not repeat the value of %s (%s)',
    (name, value) => {
      expect(faultsOf({ ...whole, [name]: value }).join('\n')).toContain(name);
      expect(faultsOf({ ...whole, [name]: value }).join('\n')).not.toContain(value);
    },
  );

  it('reports all faults at once, one line each', () => {
    const env = Object.fromEntries(BAD_VALUES);
    const names = [...new Set(BAD_VALUES.map(([name]) => name))].sort();
    expect(namesOf(faultsOf(env))).toEqual(names);
    expect(() => loadConfig(env, [])).toThrow(SettingError);
    expect(faultsOf(env).join('').includes('\n')).toBe(false);
  });

  it.each([
    ['ENCRYPTION_IV', { ENCRYPTION_KEY: KEY.toString('base64') }],
    ['ENCRYPTION_KEY', { ENCRYPTION_IV: IV.toString('base64') }],
  ])('names %s when only the other half is given', (name, env) => {
    expect(namesOf(faultsOf(env))).toEqual([name]);
  });

  it('names the flag, not APP_MODE, when the flag is wrong', () => {
    expect(namesOf(faultsOf({ APP_MODE: 'api' }, ['--mode=sidecar']))).toEqual(['--mode']);
    expect(namesOf(faultsOf({}, ['--mode=']))).toEqual(['--mode']);
  });

  it.each(['--port=80', '--mode', 'api'])('refuses %s on the command line', (argument) => {
    expect(namesOf(faultsOf({}, [argument]))).toEqual(['command line']);
  });
});

describe('loadConfig with VAPID keys', () => {
  const { publicKey, privateKey } = generateP256KeyPair();
  const subject = 'mailto:operations@push.example';
  const pair = { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey, VAPID_SUBJECT: subject };

  it('takes a pair with its subject, and a public key alone', () => {
    expect(loadConfig(pair, []).vapid).toEqual({ publicKey, privateKey, subject });
    const alone = { publicKey, privateKey: undefined, subject: undefined };
    expect(loadConfig({ VAPID_PUBLIC_KEY: publicKey }, []).vapid).toEqual(alone);
  });

  it('takes base64 and makes base64url of it', () => {
    const base64 = (key: string): string => Buffer.from(key, 'base64url').toString('base64');
    const env = { ...pair, VAPID_PUBLIC_KEY: base64(publicKey), VAPID_PRIVATE_KEY: base64(privateKey) };
    expect(loadConfig(env, []).vapid).toEqual({ publicKey, privateKey, subject });
  });

  it.each([
    ['halves of two pairs', { VAPID_PRIVATE_KEY: generateP256KeyPair().privateKey }, 'VAPID_PRIVATE_KEY'],
    ['a private key that is none', { VAPID_PRIVATE_KEY: KEY.subarray(1).toString('base64url') }, 'VAPID_PRIVATE_KEY'],
    ['a private key of zero', { VAPID_PRIVATE_KEY: Buffer.alloc(32).toString('base64url') }, 'VAPID_PRIVATE_KEY'],
    ['a public key that is none', { VAPID_PUBLIC_KEY: 'none' }, 'VAPID_PUBLIC_KEY'],
    ['no public key', { VAPID_PUBLIC_KEY: undefined }, 'VAPID_PUBLIC_KEY'],
    ['no subject', { VAPID_SUBJECT: undefined }, 'VAPID_SUBJECT'],
  ])('refuses %s', (_, change, name) => {
    const faults = faultsOf({ ...pair, ...change });
    expect(namesOf(faults)).toEqual([name]);
    expect(faults.join('')).not.toContain(privateKey);
  });
});

describe('loadConfig with PUSH_SERVICE_HOSTS', () => {
  it('takes names and addresses, with ports and for all below', () => {
    const hosts = 'Push.example, 127.0.0.1:4000,[::1]:4000 ,*.internal.example,localhost:80,';
    expect(loadConfig({ PUSH_SERVICE_HOSTS: hosts }, []).pushServiceHosts).toEqual([
      'push.example',
      '127.0.0.1:4000',
      '[::1]:4000',
      '*.internal.example',
      'localhost:80',
    ]);
  });
});

describe('loadConfig in production', () => {
  it('accepts what is complete', () => {
    expect(loadConfig(PRODUCTION, [])).toMatchObject({
      production: true,
      mode: 'api',
      encryption: { key: KEY, iv: IV },
    });
  });

  it('demands every setting that development would generate, all at once', () => {
    expect(namesOf(faultsOf({ NODE_ENV: 'production' }))).toEqual([
      'APP_MODE',
      'ENCRYPTION_IV',
      'ENCRYPTION_KEY',
      'JWT_PUBLIC_KEYS_DIR',
      'MONGODB_URI',
      'REDIS_URL',
    ]);
  });

  it.each(Object.keys(PRODUCTION).filter((name) => name !== 'NODE_ENV'))('demands %s, and reports it once', (name) => {
    expect(namesOf(faultsOf({ ...PRODUCTION, [name]: undefined }))).toEqual([name]);
  });

  it('takes the mode from the flag alone', () => {
    expect(loadConfig({ ...PRODUCTION, APP_MODE: undefined }, ['--mode=worker']).mode).toBe('worker');
  });
});

describe('loadConfig with NAME_FILE', () => {
  const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const serviceAccount = {
    type: 'service_account',
    project_id: 'a-project',
    client_email: 'sender@a-project.example',
    private_key: pem,
  };
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'push-contact-config-'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function fileWith(content: string): string {
    const path = join(folder, `secret-${createHash('sha256').update(content).digest('hex')}`);
    writeFileSync(path, content);
    return path;
  }

  it('reads every secret and connection string from its file, without the newline at the end', () => {
    const config = loadConfig(
      {
        MONGODB_URI_FILE: fileWith('mongodb://u:p@db.example/stored\n'),
        REDIS_URL_FILE: fileWith('rediss://:p@redis.example\n'),
        PUSH_API_TOKEN_FILE: fileWith('push-api-token\n'),
        ENCRYPTION_KEY_FILE: fileWith(`${KEY.toString('base64')}\n`),
        ENCRYPTION_IV_FILE: fileWith(`${IV.toString('base64')}\n`),
        FIREBASE_CREDENTIALS_FILE: fileWith(JSON.stringify(serviceAccount)),
        DOPPLER_APP_SERVER: 'https://doppler.example',
        DOPPLER_INTERNAL_TOKEN_FILE: fileWith('internal-token\n'),
      },
      [],
    );
    expect(config).toMatchObject({
      mongodb: { uri: 'mongodb://u:p@db.example/stored', database: 'stored' },
      redisUrl: 'rediss://:p@redis.example',
      pushApi: { token: 'push-api-token' },
      encryption: { key: KEY, iv: IV },
      firebase: { projectId: 'a-project', clientEmail: 'sender@a-project.example', privateKey: pem },
      doppler: { internalToken: 'internal-token' },
    });
  });

  it('names the variable when its file cannot be read', () => {
    const path = join(folder, 'absent');
    const faults = faultsOf({ ...PRODUCTION, MONGODB_URI: undefined, MONGODB_URI_FILE: path });
    expect(namesOf(faults)).toEqual(['MONGODB_URI_FILE']);
    expect(faults.join('\n')).not.toContain(path);
  });

  it('refuses a value and a file for the same secret', () => {
    expect(namesOf(faultsOf({ ...PRODUCTION, REDIS_URL_FILE: fileWith('redis://other.example') }))).toEqual([
      'REDIS_URL_FILE',
    ]);
  });

  it('checks what the file holds, and does not repeat it', () => {
    const faults = faultsOf({ ...PRODUCTION, ENCRYPTION_KEY: undefined, ENCRYPTION_KEY_FILE: fileWith('too-short') });
    expect(namesOf(faults)).toEqual(['ENCRYPTION_KEY']);
    expect(faults.join('\n')).not.toContain('too-short');
  });

  it.each([
    ['a member', { project_id: undefined }],
    ['a private key', { private_key: '-----BEGIN PRIVATE KEY-----\nbm9uZQ==\n-----END PRIVATE KEY-----\n' }],
  ])("names Firebase's file when it lacks %s", (_, change) => {
    const path = fileWith(JSON.stringify({ ...serviceAccount, ...change }));
    expect(namesOf(faultsOf({ FIREBASE_CREDENTIALS_FILE: path }))).toEqual(['FIREBASE_CREDENTIALS_FILE']);
  });

  it('does not take an empty file for a secret in production', () => {
    const faults = faultsOf({ ...PRODUCTION, ENCRYPTION_KEY: undefined, ENCRYPTION_KEY_FILE: fileWith('\n') });
    expect(namesOf(faults)).toEqual(['ENCRYPTION_KEY']);
  });
});
