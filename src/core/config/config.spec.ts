import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './config.js';
import { generateP256KeyPair } from '../crypto/p256.js';
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

/** The problems that loadConfig reports; none when it accepts the settings. */
function findProblems(env: Environment, argv: readonly string[] = []): readonly string[] {
  try {
    loadConfig(env, argv);
    return [];
  } catch (error) {
    if (error instanceof SettingError) return error.problems;
    throw error;
  }
}

function toNames(problems: readonly string[]): string[] {
  return problems.map((problem) => problem.slice(0, problem.indexOf(':'))).sort();
}

describe('loadConfig without any setting', () => {
  it('returns the defaults of development', () => {
    expect(loadConfig({}, [])).toEqual({
      mode: 'all',
      production: false,
      logLevel: 'log',
      host: '0.0.0.0',
      port: 3000,
      metrics: { host: '0.0.0.0', port: 9464, mayMove: true },
      mongodb: {
        uri: undefined,
        database: 'push-contact',
        pushContactsCollection: 'push-contacts',
        contactKey: 'token',
        domainsCollection: 'domains',
      },
      redis: undefined,
      pushApi: {
        url: undefined,
        token: undefined,
        tokensLimit: 400,
        anonymousWebPush: false,
        threads: Math.min(availableParallelism(), 4),
      },
      vapid: undefined,
      firebase: undefined,
      pushServiceHosts: [],
      pushServiceConcurrency: { min: 10, max: 1_000 },
      trustProxy: undefined,
      rateLimits: {
        anonymousPerMinute: 3_000,
        registrationsPerMinute: 600,
        tokenPerMinute: 60_000,
        testSendsPerMinute: 60,
        windowSeconds: 60,
      },
      registration: { domains: 'any', origins: 'any', quotaPerMinute: 0, changeNeedsAuth: false },
      jwtPublicKeysDir: undefined,
      encryption: undefined,
      publicUrl: undefined,
      tracking: { linkDays: 28, unsignedUntil: undefined },
      doppler: undefined,
      messageStatsRetentionDays: 360,
      auditRetentionDays: 365,
      giveUpAfterHours: 24,
      visitorsBodyLimitBytes: 33_554_432,
      dataDir: '.data',
      mongodBinary: undefined,
    });
  });

  it('treats an empty or blank variable as unset', () => {
    const blank = { PORT: '', HOST: '  ', MONGODB_URI: '', ENCRYPTION_KEY: ' ', PUBLIC_URL: '', APP_MODE: '' };
    expect(loadConfig(blank, [])).toEqual(loadConfig({}, []));
  });

  it('returns a frozen object', () => {
    expect(Object.isFrozen(loadConfig({}, []))).toBe(true);
  });
});

describe('loadConfig with good values', () => {
  it.each(['api', 'worker', 'push-api', 'all'])('accepts the mode %s, as APP_MODE and as a flag', (mode) => {
    expect(loadConfig({ APP_MODE: mode }, []).mode).toBe(mode);
    expect(loadConfig({}, [`--mode=${mode}`]).mode).toBe(mode);
  });

  it('prefers the flag to APP_MODE, and the last flag to earlier ones', () => {
    expect(loadConfig({ APP_MODE: 'api' }, ['--mode=worker']).mode).toBe('worker');
    expect(loadConfig({ APP_MODE: 'nonsense' }, ['--mode=all', '--mode=push-api']).mode).toBe('push-api');
  });

  it.each([
    ['0', 0],
    ['65535', 65_535],
  ])('accepts the port %s', (text, port) => {
    expect(loadConfig({ PORT: text }, []).port).toBe(port);
  });

  it.each([
    ['its default without any name', { MONGODB_URI: 'mongodb://a,b' }, 'push-contact'],
    ['the URI', { MONGODB_URI: 'mongodb://u:p@a,b/in-uri?replicaSet=rs0' }, 'in-uri'],
    ['its default when the URI has options only', { MONGODB_URI: 'mongodb+srv://a/?retryWrites=true' }, 'push-contact'],
    ['MONGODB_DATABASE over the URI', { MONGODB_URI: 'mongodb://a/in-uri', MONGODB_DATABASE: 'named' }, 'named'],
  ])('takes the database from %s', (_, env, database) => {
    expect(loadConfig(env, []).mongodb.database).toBe(database);
  });

  it('reads key and IV from base64', () => {
    const env = { ENCRYPTION_KEY: KEY.toString('base64'), ENCRYPTION_IV: IV.toString('base64') };
    expect(loadConfig(env, []).encryption).toEqual({ key: KEY, iv: IV });
  });

  it('removes slashes at the end of URLs', () => {
    const config = loadConfig({ PUBLIC_URL: 'https://push.example/base//', PUSH_API_URL: 'http://api.example/' }, []);
    expect(config.publicUrl).toBe('https://push.example/base');
    expect(config.pushApi.url).toBe('http://api.example');
  });

  it('returns settings for Doppler only when its server is given', () => {
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
    ['GIVE_UP_AFTER_HOURS', '0'],
    ['GIVE_UP_AFTER_HOURS', '673'],
    ['AUDIT_RETENTION_DAYS', '0'],
    ['AUDIT_RETENTION_DAYS', '3651'],
    ['TRACKING_LINK_DAYS', '0'],
    ['TRACKING_LINK_DAYS', '30'],
    ['TRACKING_UNSIGNED_UNTIL', 'tomorrow'],
    ['TRACKING_UNSIGNED_UNTIL', '2027-02-30'],
    ['MESSAGE_STATS_RETENTION_DAYS', '0'],
    ['MESSAGE_STATS_RETENTION_DAYS', '3651'],
    ['MONGODB_URI', 'http://db.example/hidden'],
    ['MONGODB_URI', 'mongodb://'],
    ['REDIS_URL', 'redis.example:6379'],
    ['REDIS_URL', 'redis://:pa/ss@redis.example'],
    ['REDIS_URL', 'redis://:pa#ss@redis.example'],
    ['REDIS_URL', 'redis://:pa%ss@redis.example'],
    ['REDIS_URL', 'redis://:pw@'],
    ['REDIS_URL', 'redis://redis.example:99999'],
    ['REDIS_URL', 'redis://one.example:1,two.example:2'],
    ['REDIS_URL', 'redis://redis.example/abc'],
    ['REDIS_URL', 'redis://redis.example/-1'],
    ['MONGODB_DATABASE', 'local'],
    ['MONGODB_DATABASE', 't$db.x'],
    ['PUSH_API_URL', 'ftp://api.example'],
    ['PUSH_API_URL', 'https://api.example:notaport'],
    ['VAPID_PUBLIC_KEY', KEY.toString('base64')],
    ['VAPID_PUBLIC_KEY', Buffer.alloc(65, 4).toString('base64')],
    ['VAPID_SUBJECT', 'operations@push.example'],
    ['VAPID_SUBJECT', 'mailto:nobody'],
    ['VAPID_SUBJECT', 'http://push.example'],
    ['VAPID_SUBJECT', 'mailto:a@push.local'],
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

  it.each(BAD_VALUES)('rejects %s when it is %s, and no other setting', (name, value) => {
    expect(toNames(findProblems({ ...whole, [name]: value }))).toEqual([name]);
    expect(toNames(findProblems({ ...PRODUCTION, [name]: value }))).toEqual([name]);
  });

  it.each(BAD_VALUES.filter(([, value]) => value.length > 3 && value !== 'https://' && value !== 'mongodb://'))(
    'names %s without its value (%s)',
    (name, value) => {
      expect(findProblems({ ...whole, [name]: value }).join('\n')).toContain(name);
      expect(findProblems({ ...whole, [name]: value }).join('\n')).not.toContain(value);
    },
  );

  it('reports all problems at once, one line each', () => {
    const env = Object.fromEntries(BAD_VALUES);
    const names = [...new Set(BAD_VALUES.map(([name]) => name))].sort();
    expect(toNames(findProblems(env))).toEqual(names);
    expect(() => loadConfig(env, [])).toThrow(SettingError);
    expect(findProblems(env).join('').includes('\n')).toBe(false);
  });

  it.each([
    ['ENCRYPTION_IV', { ENCRYPTION_KEY: KEY.toString('base64') }],
    ['ENCRYPTION_KEY', { ENCRYPTION_IV: IV.toString('base64') }],
  ])('rejects a missing %s when only its counterpart is given', (name, env) => {
    expect(toNames(findProblems(env))).toEqual([name]);
  });

  it('rejects the flag, not APP_MODE, when the flag is wrong', () => {
    expect(toNames(findProblems({ APP_MODE: 'api' }, ['--mode=sidecar']))).toEqual(['--mode']);
    expect(toNames(findProblems({}, ['--mode=']))).toEqual(['--mode']);
  });

  it.each(['--port=80', '--mode', 'api'])('rejects %s on the command line', (argument) => {
    expect(toNames(findProblems({}, [argument]))).toEqual(['command line']);
  });
});

describe('loadConfig with VAPID keys', () => {
  const { publicKey, privateKey } = generateP256KeyPair();
  const subject = 'mailto:operations@push.example';
  const pair = { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey, VAPID_SUBJECT: subject };

  it('accepts a pair with its subject, and a public key alone', () => {
    const keys = [{ publicKey, privateKey }];
    expect(loadConfig(pair, []).vapid).toEqual({ keys, defaultKey: publicKey, subject });
    const alone = { keys: [{ publicKey, privateKey: undefined }], defaultKey: publicKey, subject: undefined };
    expect(loadConfig({ VAPID_PUBLIC_KEY: publicKey }, []).vapid).toEqual(alone);
  });

  it('converts base64 to base64url', () => {
    const base64 = (key: string): string => Buffer.from(key, 'base64url').toString('base64');
    const env = { ...pair, VAPID_PUBLIC_KEY: base64(publicKey), VAPID_PRIVATE_KEY: base64(privateKey) };
    expect(loadConfig(env, []).vapid).toEqual(loadConfig(pair, []).vapid);
  });

  it.each([
    ['keys of two different pairs', { VAPID_PRIVATE_KEY: generateP256KeyPair().privateKey }, 'VAPID_PRIVATE_KEY'],
    ['an invalid private key', { VAPID_PRIVATE_KEY: KEY.subarray(1).toString('base64url') }, 'VAPID_PRIVATE_KEY'],
    ['a private key of zero', { VAPID_PRIVATE_KEY: Buffer.alloc(32).toString('base64url') }, 'VAPID_PRIVATE_KEY'],
    ['an invalid public key', { VAPID_PUBLIC_KEY: 'none' }, 'VAPID_PUBLIC_KEY'],
    ['a private key without a public key', { VAPID_PUBLIC_KEY: undefined }, 'VAPID_PUBLIC_KEY'],
    ['a pair without a subject', { VAPID_SUBJECT: undefined }, 'VAPID_SUBJECT'],
  ])('rejects %s', (_, change, name) => {
    const problems = findProblems({ ...pair, ...change });
    expect(toNames(problems)).toEqual([name]);
    expect(problems.join('')).not.toContain(privateKey);
  });
});

describe('loadConfig with PUSH_SERVICE_HOSTS', () => {
  it('accepts names and addresses, with ports and with wildcards', () => {
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
  it('accepts a complete environment', () => {
    expect(loadConfig(PRODUCTION, [])).toMatchObject({
      production: true,
      mode: 'api',
      encryption: { key: KEY, iv: IV },
    });
  });

  it('reports at once every setting that development would generate', () => {
    expect(toNames(findProblems({ NODE_ENV: 'production' }))).toEqual([
      'APP_MODE',
      'ENCRYPTION_IV',
      'ENCRYPTION_KEY',
      'JWT_PUBLIC_KEYS_DIR',
      'MONGODB_URI',
      'REDIS_URL',
    ]);
  });

  it.each(Object.keys(PRODUCTION).filter((name) => name !== 'NODE_ENV'))('requires %s and reports it once', (name) => {
    expect(toNames(findProblems({ ...PRODUCTION, [name]: undefined }))).toEqual([name]);
  });

  it('requires of push-api, which stores nothing, the keys of callers alone', () => {
    const bare = { NODE_ENV: 'production', APP_MODE: 'push-api' };
    expect(toNames(findProblems(bare))).toEqual(['JWT_PUBLIC_KEYS_DIR']);
    const others = { REDIS_SENTINELS: 'one.example', REDIS_CA_FILE: '/nowhere' };
    const settings = loadConfig({ ...bare, ...others, JWT_PUBLIC_KEYS_DIR: '/keys' }, []);
    expect([settings.redis, settings.mongodb.uri, settings.encryption]).toEqual([undefined, undefined, undefined]);
  });

  it('accepts the mode from the flag alone', () => {
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
      redis: { url: 'rediss://:p@redis.example' },
      pushApi: { token: 'push-api-token' },
      encryption: { key: KEY, iv: IV },
      firebase: { projectId: 'a-project', clientEmail: 'sender@a-project.example', privateKey: pem },
      doppler: { internalToken: 'internal-token' },
    });
  });

  it('rejects a variable whose file cannot be read', () => {
    const path = join(folder, 'absent');
    const problems = findProblems({ ...PRODUCTION, MONGODB_URI: undefined, MONGODB_URI_FILE: path });
    expect(toNames(problems)).toEqual(['MONGODB_URI_FILE']);
    expect(problems.join('\n')).not.toContain(path);
  });

  it('rejects a secret that is given both as a value and as a file', () => {
    expect(toNames(findProblems({ ...PRODUCTION, REDIS_URL_FILE: fileWith('redis://other.example') }))).toEqual([
      'REDIS_URL_FILE',
    ]);
  });

  it('checks the content of a file and does not repeat it', () => {
    const problems = findProblems({
      ...PRODUCTION,
      ENCRYPTION_KEY: undefined,
      ENCRYPTION_KEY_FILE: fileWith('too-short'),
    });
    expect(toNames(problems)).toEqual(['ENCRYPTION_KEY']);
    expect(problems.join('\n')).not.toContain('too-short');
  });

  it.each([
    ['a project id', { project_id: undefined }],
    ['a valid private key', { private_key: '-----BEGIN PRIVATE KEY-----\nbm9uZQ==\n-----END PRIVATE KEY-----\n' }],
  ])("rejects Firebase's file without %s", (_, change) => {
    const path = fileWith(JSON.stringify({ ...serviceAccount, ...change }));
    expect(toNames(findProblems({ FIREBASE_CREDENTIALS_FILE: path }))).toEqual(['FIREBASE_CREDENTIALS_FILE']);
  });

  it('treats an empty file as a missing secret in production', () => {
    const problems = findProblems({ ...PRODUCTION, ENCRYPTION_KEY: undefined, ENCRYPTION_KEY_FILE: fileWith('\n') });
    expect(toNames(problems)).toEqual(['ENCRYPTION_KEY']);
  });
});
