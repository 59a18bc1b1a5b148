import { availableParallelism } from 'node:os';
import { type FirebaseSettings, parseFirebase } from './firebase-settings.js';
import { parsePushServiceHosts } from './push-service-hosts.js';
import {
  type RateLimitSettings,
  readRateLimits,
  readRegistration,
  type RegistrationSettings,
} from './limit-settings.js';
import { type OpenTelemetrySettings, readOpenTelemetry } from './open-telemetry-settings.js';
import { readRedis, type RedisSettings } from './redis-settings.js';
import { SettingError } from './setting-error.js';
import { type Environment, SettingReader } from './setting-reader.js';
import { readTracking, type TrackingSettings } from './tracking-settings.js';
import { parseTrustProxy, type TrustProxy } from './trust-proxy.js';
import { parseVapid, type VapidSettings } from './vapid-settings.js';

const MODES = ['api', 'worker', 'push-api', 'all'] as const;
const CONTACT_KEYS = ['token', 'domain'] as const;
const LOG_LEVELS = ['error', 'warn', 'log', 'debug'] as const;

const BYTES_A_MB = 1_048_576;

/** Each thread takes some 30 MB, also on a machine with many cores. */
const DEFAULT_THREADS = 4;
const MAX_THREADS = 64;

/** Which part of the product a process runs. */
export type Mode = (typeof MODES)[number];

/** Where Prometheus reads the metrics of this process. */
export interface MetricsSettings {
  readonly host: string;
  readonly port: number;
  /**
   * Whether another port may be taken when this one is in use: several processes of a developer's
   * machine.
   */
  readonly mayMove: boolean;
}

/**
 * Settings as the environment and the command line give them. For those that are undefined, outside
 * production, the start generates a value or starts an embedded server.
 */
export interface Settings {
  readonly mode: Mode;
  readonly production: boolean;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly host: string;
  readonly port: number;
  readonly metrics: MetricsSettings;
  /** Undefined when nothing is traced. */
  readonly openTelemetry: OpenTelemetrySettings | undefined;
  readonly mongodb: {
    readonly uri: string | undefined;
    readonly database: string;
    readonly pushContactsCollection: string;
    /** What contacts can be sharded by. A database keeps the one that it was begun with. */
    readonly contactKey: (typeof CONTACT_KEYS)[number];
    readonly domainsCollection: string;
  };
  readonly redis: RedisSettings | undefined;
  readonly pushApi: {
    readonly url: string | undefined;
    readonly token: string | undefined;
    /** Device tokens in one call; 1 to 500. */
    readonly tokensLimit: number;
    /** Whether the mode `push-api` serves `POST /webpush` without a token. */
    readonly anonymousWebPush: boolean;
    /** Threads that encrypt and send Web Push; with 1 the process has no other. */
    readonly threads: number;
  };
  /** Undefined when Web Push is not configured; development then generates a pair. */
  readonly vapid: VapidSettings | undefined;
  /** Undefined when Firebase is not configured. */
  readonly firebase: FirebaseSettings | undefined;
  /** Hosts trusted in addition to the vendors' push services: `host`, `host:port` or `*.host`. */
  readonly pushServiceHosts: readonly string[];
  /** Concurrent notifications to one push service: between these it adapts. */
  readonly pushServiceConcurrency: { readonly min: number; readonly max: number };
  /** The proxies whose word on a client's address is believed; undefined when nothing is said of them. */
  readonly trustProxy: TrustProxy | undefined;
  readonly rateLimits: RateLimitSettings;
  readonly registration: RegistrationSettings;
  readonly jwtPublicKeysDir: string | undefined;
  /** AES-256: a key of 32 bytes and an IV of 16 bytes. */
  readonly encryption: { readonly key: Buffer; readonly iv: Buffer } | undefined;
  /** The URL at which browsers reach the API, without a slash at its end. */
  readonly publicUrl: string | undefined;
  readonly tracking: TrackingSettings;
  /** Undefined when visitors are not handed over to Doppler. */
  readonly doppler: { readonly server: string; readonly internalToken: string | undefined } | undefined;
  readonly messageStatsRetentionDays: number;
  readonly auditRetentionDays: number;
  /** How long a contact is tried again, from its first failure on, where the message has no time to live. */
  readonly giveUpAfterHours: number;
  /** The limit for the body of a request with a list of visitors. */
  readonly visitorsBodyLimitBytes: number;
  /** The folder for generated keys and for the data of embedded servers. */
  readonly dataDir: string;
  /** Path of the `mongod` that the embedded MongoDB runs. */
  readonly mongodBinary: string | undefined;
}

/** The settings of a running process: complete and frozen. A class, so that Nest can inject it. */
export abstract class Config implements Settings {
  abstract readonly mode: Mode;
  abstract readonly production: boolean;
  abstract readonly logLevel: Settings['logLevel'];
  abstract readonly host: string;
  abstract readonly port: number;
  abstract readonly metrics: MetricsSettings;
  abstract readonly openTelemetry: Settings['openTelemetry'];
  abstract readonly mongodb: Settings['mongodb'] & { readonly uri: string };
  abstract readonly redis: RedisSettings;
  abstract readonly pushApi: Settings['pushApi'] & { readonly url: string };
  /** Always defined in development. */
  abstract readonly vapid: Settings['vapid'];
  abstract readonly firebase: Settings['firebase'];
  abstract readonly pushServiceHosts: Settings['pushServiceHosts'];
  abstract readonly pushServiceConcurrency: Settings['pushServiceConcurrency'];
  abstract readonly trustProxy: Settings['trustProxy'];
  abstract readonly rateLimits: RateLimitSettings;
  abstract readonly registration: RegistrationSettings;
  abstract readonly jwtPublicKeysDir: string;
  abstract readonly encryption: NonNullable<Settings['encryption']>;
  abstract readonly publicUrl: string | undefined;
  abstract readonly tracking: TrackingSettings;
  abstract readonly doppler: Settings['doppler'];
  abstract readonly messageStatsRetentionDays: number;
  abstract readonly auditRetentionDays: number;
  abstract readonly giveUpAfterHours: number;
  abstract readonly visitorsBodyLimitBytes: number;
  abstract readonly dataDir: string;
  abstract readonly mongodBinary: string | undefined;
}

/**
 * Reads every setting from the environment and the command line (`--mode=…`). The result is frozen.
 * Throws a SettingError with one line for each setting that is missing or malformed.
 */
export function loadConfig(env: Environment, argv: readonly string[]): Settings {
  const reader = new SettingReader(env);
  const production = reader.text('NODE_ENV') === 'production';
  const mode = readMode(reader, argv, production);
  const settings: Settings = {
    mode,
    production,
    logLevel: reader.choice('LOG_LEVEL', reader.text('LOG_LEVEL'), LOG_LEVELS) ?? 'log',
    host: reader.text('HOST') ?? '0.0.0.0',
    port: reader.integer('PORT', 3000, 0, 65_535),
    metrics: readMetrics(reader, production),
    openTelemetry: readOpenTelemetry(reader),
    mongodb: readMongoDb(reader),
    // Its settings demand each other, and push-api is given none.
    redis: mode === 'push-api' ? undefined : readRedis(reader),
    pushApi: readPushApi(reader),
    vapid: readVapid(reader),
    firebase: parseFirebase(reader, reader.file('FIREBASE_CREDENTIALS_FILE')),
    pushServiceHosts: parsePushServiceHosts(reader, reader.text('PUSH_SERVICE_HOSTS')),
    pushServiceConcurrency: readConcurrency(reader),
    trustProxy: parseTrustProxy(reader, reader.text('TRUST_PROXY')),
    rateLimits: readRateLimits(reader),
    registration: readRegistration(reader),
    jwtPublicKeysDir: reader.text('JWT_PUBLIC_KEYS_DIR'),
    encryption: readEncryption(reader),
    publicUrl: reader.httpUrl('PUBLIC_URL'),
    tracking: readTracking(reader),
    doppler: readDoppler(reader),
    messageStatsRetentionDays: reader.integer('MESSAGE_STATS_RETENTION_DAYS', 360, 1, 3_650),
    auditRetentionDays: reader.integer('AUDIT_RETENTION_DAYS', 365, 1, 3_650),
    giveUpAfterHours: reader.integer('GIVE_UP_AFTER_HOURS', 24, 1, 672),
    visitorsBodyLimitBytes: reader.integer('VISITORS_BODY_LIMIT_MB', 32, 1, 1_024) * BYTES_A_MB,
    dataDir: reader.text('DATA_DIR') ?? '.data',
    mongodBinary: reader.text('MONGOMS_SYSTEM_BINARY'),
  };
  if (production) assertProductionSettings(reader, settings);
  if (reader.problems.length > 0) throw new SettingError(reader.problems);
  return Object.freeze(settings);
}

function readMode(reader: SettingReader, argv: readonly string[], production: boolean): Mode {
  const unknown = argv.filter((argument) => !argument.startsWith('--mode='));
  if (unknown.length > 0) reader.reject('command line', `only --mode=${MODES.join('|')} is understood`);
  const flag = argv.findLast((argument) => argument.startsWith('--mode='))?.slice('--mode='.length);
  const given = flag ?? reader.text('APP_MODE');
  const mode = reader.choice(flag === undefined ? 'APP_MODE' : '--mode', given, MODES);
  if (given === undefined && production) {
    reader.reject('APP_MODE', `say which part this process runs: --mode=${MODES.join('|')} or APP_MODE`);
  }
  return mode ?? 'all';
}

function readMetrics(reader: SettingReader, production: boolean): MetricsSettings {
  return {
    host: reader.text('METRICS_HOST') ?? reader.text('HOST') ?? '0.0.0.0',
    port: reader.integer('METRICS_PORT', 9464, 0, 65_535),
    mayMove: !production && reader.text('METRICS_PORT') === undefined,
  };
}

/** The databases that MongoDB keeps for itself: no transactions, or not replicated. */
const SYSTEM_DATABASES: readonly string[] = ['admin', 'config', 'local'];

function readMongoDb(reader: SettingReader): Settings['mongodb'] {
  const uri = reader.url('MONGODB_URI', ['mongodb', 'mongodb+srv'], reader.secret('MONGODB_URI'));
  const databaseInUri = /^[^:]+:\/\/[^/?]+\/([^/?]+)/.exec(uri ?? '')?.[1];
  const database = reader.text('MONGODB_DATABASE') ?? databaseInUri ?? 'push-contact';
  if (SYSTEM_DATABASES.includes(database)) {
    reader.reject('MONGODB_DATABASE', 'must not be a database that MongoDB keeps for itself, also not in MONGODB_URI');
  } else if (/[/\\. "$*<>:|?]/.test(database)) {
    // mongodb.com, "MongoDB Limits and Thresholds", restrictions on database names
    reader.reject('MONGODB_DATABASE', 'has a character that names of databases must not have, perhaps in MONGODB_URI');
  }
  return {
    uri,
    database,
    pushContactsCollection: reader.text('MONGODB_PUSH_CONTACTS_COLLECTION') ?? 'push-contacts',
    contactKey: reader.choice('CONTACT_KEY', reader.text('CONTACT_KEY'), CONTACT_KEYS) ?? 'token',
    domainsCollection: reader.text('MONGODB_DOMAINS_COLLECTION') ?? 'domains',
  };
}

function readEncryption(reader: SettingReader): Settings['encryption'] {
  const key = reader.bytes('ENCRYPTION_KEY', 32);
  const iv = reader.bytes('ENCRYPTION_IV', 16);
  if (key !== undefined && iv !== undefined) return { key, iv };
  const missing = key === undefined ? 'ENCRYPTION_KEY' : 'ENCRYPTION_IV';
  const isReported = reader.problems.some((problem) => problem.startsWith(missing));
  if ((key === undefined) !== (iv === undefined) && !isReported) {
    reader.reject(missing, 'is missing: key and IV belong together');
  }
  return undefined;
}

function readDoppler(reader: SettingReader): Settings['doppler'] {
  const server = reader.httpUrl('DOPPLER_APP_SERVER');
  const internalToken = reader.secret('DOPPLER_INTERNAL_TOKEN');
  return server === undefined ? undefined : { server, internalToken };
}

/**
 * Production may run on several machines, so nothing is generated or embedded on one of them. The mode
 * `push-api` stores nothing: it reaches the internet, and must be able to do without the secrets of what is
 * stored.
 */
function assertProductionSettings(reader: SettingReader, settings: Settings): void {
  const ofStoredData: Record<string, () => unknown> = {
    MONGODB_URI: () => settings.mongodb.uri,
    REDIS_URL: () => settings.redis,
    // Each by itself: a problem with one must not be reported as if the other were missing.
    ENCRYPTION_KEY: () => reader.secret('ENCRYPTION_KEY'),
    ENCRYPTION_IV: () => reader.secret('ENCRYPTION_IV'),
  };
  const given = {
    JWT_PUBLIC_KEYS_DIR: () => settings.jwtPublicKeysDir,
    ...(settings.mode !== 'push-api' && ofStoredData),
  };
  for (const [name, value] of Object.entries(given)) {
    const reported = reader.problems.some((problem) => problem.startsWith(name));
    if (!reported && value() === undefined) reader.reject(name, 'must be given when NODE_ENV=production');
  }
}

function readPushApi(reader: SettingReader): Settings['pushApi'] {
  const cores = Math.min(availableParallelism(), DEFAULT_THREADS);
  return {
    url: reader.httpUrl('PUSH_API_URL'),
    token: reader.secret('PUSH_API_TOKEN'),
    tokensLimit: reader.integer('PUSH_API_TOKENS_LIMIT', 400, 1, 500),
    anonymousWebPush: reader.flag('PUSH_API_ANONYMOUS_WEBPUSH'),
    threads: reader.integer('PUSH_API_THREADS', cores, 1, MAX_THREADS),
  };
}

function readVapid(reader: SettingReader): Settings['vapid'] {
  return parseVapid(reader, {
    publicKey: reader.text('VAPID_PUBLIC_KEY'),
    privateKey: reader.secret('VAPID_PRIVATE_KEY'),
    keysDir: reader.text('VAPID_KEYS_DIR'),
    defaultKey: reader.text('VAPID_DEFAULT_KEY'),
    subject: reader.text('VAPID_SUBJECT'),
  });
}

function readConcurrency(reader: SettingReader): Settings['pushServiceConcurrency'] {
  const min = reader.integer('PUSH_SERVICE_MIN_CONCURRENCY', 10, 1, 1_000);
  const max = reader.integer('PUSH_SERVICE_MAX_CONCURRENCY', 1_000, 1, 1_000);
  if (min > max) reader.reject('PUSH_SERVICE_MIN_CONCURRENCY', 'must not be more than PUSH_SERVICE_MAX_CONCURRENCY');
  return { min, max };
}
