import { type FirebaseSettings, readFirebase } from './firebase-settings.js';
import { readPushServiceHosts } from './push-service-hosts.js';
import { SettingError } from './setting-error.js';
import { type Environment, SettingReader } from './setting-reader.js';
import { readVapid, type VapidSettings } from './vapid-settings.js';

const MODES = ['api', 'worker', 'push-api', 'all'] as const;
const LOG_LEVELS = ['error', 'warn', 'log', 'debug'] as const;

const BYTES_A_MB = 1_048_576;

/** Which part of the product a process runs. */
export type Mode = (typeof MODES)[number];

/** What the environment and the command line say. What is undefined has a development default that is made at start. */
export interface Settings {
  readonly mode: Mode;
  readonly production: boolean;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly host: string;
  readonly port: number;
  readonly mongodb: {
    readonly uri: string | undefined;
    readonly database: string;
    readonly pushContactsCollection: string;
    readonly domainsCollection: string;
  };
  readonly redisUrl: string | undefined;
  readonly pushApi: {
    readonly url: string | undefined;
    readonly token: string | undefined;
    /** Device tokens in one call. */
    readonly tokensLimit: number;
  };
  /** Undefined where development makes a pair, and where nothing is sent or subscribed by Web Push. */
  readonly vapid: VapidSettings | undefined;
  /** Undefined where nothing is sent through Firebase. */
  readonly firebase: FirebaseSettings | undefined;
  /** What this installation trusts beside the browser vendors' push services: `host`, `host:port`, `*.host`. */
  readonly pushServiceHosts: readonly string[];
  readonly jwtPublicKeysDir: string | undefined;
  readonly encryption: { readonly key: Buffer; readonly iv: Buffer } | undefined;
  /** Where browsers reach the API, without a slash at its end. */
  readonly publicUrl: string | undefined;
  /** Undefined where no Doppler is told of visitors. */
  readonly doppler: { readonly server: string; readonly internalToken: string | undefined } | undefined;
  readonly messageStatsRetentionDays: number;
  /** Of a request with a list of visitors. */
  readonly visitorsBodyLimitBytes: number;
  /** Where what is generated or embedded on one machine is kept. */
  readonly dataDir: string;
  /** A `mongod` to use as the embedded MongoDB. */
  readonly mongodBinary: string | undefined;
}

/** The settings of a running process: complete and frozen. Injected where a setting is needed. */
export abstract class Config implements Settings {
  abstract readonly mode: Mode;
  abstract readonly production: boolean;
  abstract readonly logLevel: Settings['logLevel'];
  abstract readonly host: string;
  abstract readonly port: number;
  abstract readonly mongodb: Settings['mongodb'] & { readonly uri: string };
  abstract readonly redisUrl: string;
  abstract readonly pushApi: Settings['pushApi'] & { readonly url: string };
  /** In development always there. */
  abstract readonly vapid: Settings['vapid'];
  abstract readonly firebase: Settings['firebase'];
  abstract readonly pushServiceHosts: Settings['pushServiceHosts'];
  abstract readonly jwtPublicKeysDir: string;
  abstract readonly encryption: NonNullable<Settings['encryption']>;
  abstract readonly publicUrl: string | undefined;
  abstract readonly doppler: Settings['doppler'];
  abstract readonly messageStatsRetentionDays: number;
  abstract readonly visitorsBodyLimitBytes: number;
  abstract readonly dataDir: string;
  abstract readonly mongodBinary: string | undefined;
}

/**
 * Reads every setting from the environment and the command line (`--mode=…`).
 * Throws a SettingError that lists all that is missing or malformed.
 */
export function loadConfig(env: Environment, argv: readonly string[]): Settings {
  const read = new SettingReader(env);
  const production = read.text('NODE_ENV') === 'production';
  const settings: Settings = {
    mode: readMode(read, argv, production),
    production,
    logLevel: read.choice('LOG_LEVEL', read.text('LOG_LEVEL'), LOG_LEVELS) ?? 'log',
    host: read.text('HOST') ?? '0.0.0.0',
    port: read.integer('PORT', 3000, 0, 65_535),
    mongodb: readMongoDb(read),
    redisUrl: read.url('REDIS_URL', ['redis', 'rediss'], read.secret('REDIS_URL')),
    pushApi: {
      url: read.httpUrl('PUSH_API_URL'),
      token: read.secret('PUSH_API_TOKEN'),
      tokensLimit: read.integer('PUSH_API_TOKENS_LIMIT', 400, 1, 500),
    },
    vapid: readVapid(read, {
      publicKey: read.text('VAPID_PUBLIC_KEY'),
      privateKey: read.secret('VAPID_PRIVATE_KEY'),
      subject: read.text('VAPID_SUBJECT'),
    }),
    firebase: readFirebase(read, read.file('FIREBASE_CREDENTIALS_FILE')),
    pushServiceHosts: readPushServiceHosts(read, read.text('PUSH_SERVICE_HOSTS')),
    jwtPublicKeysDir: read.text('JWT_PUBLIC_KEYS_DIR'),
    encryption: readEncryption(read),
    publicUrl: read.httpUrl('PUBLIC_URL'),
    doppler: readDoppler(read),
    messageStatsRetentionDays: read.integer('MESSAGE_STATS_RETENTION_DAYS', 360, 1, 3_650),
    visitorsBodyLimitBytes: read.integer('VISITORS_BODY_LIMIT_MB', 32, 1, 1_024) * BYTES_A_MB,
    dataDir: read.text('DATA_DIR') ?? '.data',
    mongodBinary: read.text('MONGOMS_SYSTEM_BINARY'),
  };
  if (production) demandProductionSettings(read, settings);
  if (read.faults.length > 0) throw new SettingError(read.faults);
  return Object.freeze(settings);
}

function readMode(read: SettingReader, argv: readonly string[], production: boolean): Mode {
  const unknown = argv.filter((argument) => !argument.startsWith('--mode='));
  if (unknown.length > 0) read.fault('command line', `only --mode=${MODES.join('|')} is understood`);
  const flag = argv.findLast((argument) => argument.startsWith('--mode='))?.slice('--mode='.length);
  const given = flag ?? read.text('APP_MODE');
  const mode = read.choice(flag === undefined ? 'APP_MODE' : '--mode', given, MODES);
  if (given === undefined && production) {
    read.fault('APP_MODE', `say which part this process runs: --mode=${MODES.join('|')} or APP_MODE`);
  }
  return mode ?? 'all';
}

function readMongoDb(read: SettingReader): Settings['mongodb'] {
  const uri = read.url('MONGODB_URI', ['mongodb', 'mongodb+srv'], read.secret('MONGODB_URI'));
  const databaseInUri = /^[^:]+:\/\/[^/?]+\/([^/?]+)/.exec(uri ?? '')?.[1];
  return {
    uri,
    database: read.text('MONGODB_DATABASE') ?? databaseInUri ?? 'push-contact',
    pushContactsCollection: read.text('MONGODB_PUSH_CONTACTS_COLLECTION') ?? 'push-contacts',
    domainsCollection: read.text('MONGODB_DOMAINS_COLLECTION') ?? 'domains',
  };
}

function readEncryption(read: SettingReader): Settings['encryption'] {
  const key = read.bytes('ENCRYPTION_KEY', 32);
  const iv = read.bytes('ENCRYPTION_IV', 16);
  if (key !== undefined && iv !== undefined) return { key, iv };
  const missing = key === undefined ? 'ENCRYPTION_KEY' : 'ENCRYPTION_IV';
  const alreadyFaulty = read.faults.some((fault) => fault.startsWith(missing));
  if ((key === undefined) !== (iv === undefined) && !alreadyFaulty) {
    read.fault(missing, 'is missing: key and IV belong together');
  }
  return undefined;
}

function readDoppler(read: SettingReader): Settings['doppler'] {
  const server = read.httpUrl('DOPPLER_APP_SERVER');
  const internalToken = read.secret('DOPPLER_INTERNAL_TOKEN');
  return server === undefined ? undefined : { server, internalToken };
}

/** What is generated or embedded on one machine must be given where several share the work. */
function demandProductionSettings(read: SettingReader, settings: Settings): void {
  const given: Record<string, () => unknown> = {
    MONGODB_URI: () => settings.mongodb.uri,
    REDIS_URL: () => settings.redisUrl,
    JWT_PUBLIC_KEYS_DIR: () => settings.jwtPublicKeysDir,
    // Each by itself: a fault of one must not be reported as if the other were missing.
    ENCRYPTION_KEY: () => read.secret('ENCRYPTION_KEY'),
    ENCRYPTION_IV: () => read.secret('ENCRYPTION_IV'),
  };
  for (const [name, value] of Object.entries(given)) {
    const reported = read.faults.some((fault) => fault.startsWith(name));
    if (!reported && value() === undefined) read.fault(name, 'must be given when NODE_ENV=production');
  }
}
