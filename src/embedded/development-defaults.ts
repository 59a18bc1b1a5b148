import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Config, Settings } from '../core/config/config.js';
import { toRedisSettings } from '../core/config/redis-settings.js';
import type { VapidSettings } from '../core/config/vapid-settings.js';
import { developmentEncryption, developmentPublicKeysDir, developmentVapidKeys } from './development-keys.js';

/** The PushApi that runs in this process when none is configured. */
export interface BuiltInPushApi {
  readonly url: string;
  readonly token: string;
  readonly stop: Stop;
}

/** A complete configuration. */
export interface CompleteConfig {
  readonly config: Config;
  /** Stops the servers that were started for it. */
  readonly stop: Stop;
}

type Stop = () => Promise<void>;

/** A placeholder: example.com accepts no mail (RFC 2606). */
const DEVELOPMENT_SUBJECT = 'mailto:push-contact@example.com';

/**
 * Completes settings for a machine that lacks some of them: generates keys and starts embedded servers and
 * the built-in PushApi. When one of them fails, stops those that were started and rejects with its error.
 *
 * @param startPushApi called only where PushApi is needed and no URL is given.
 * @param log gets the messages of the embedded MongoDB.
 */
export async function completeConfig(
  settings: Settings,
  startPushApi: (config: Config) => Promise<BuiltInPushApi>,
  log: (line: string) => void,
): Promise<CompleteConfig> {
  const { dataDir } = settings;
  const started: Stop[] = [];
  const stop = async (): Promise<void> => {
    for (const each of started.reverse()) await each();
  };
  const needsStores = settings.mode !== 'push-api';
  try {
    const local = {
      ...settings,
      jwtPublicKeysDir: settings.jwtPublicKeysDir ?? developmentPublicKeysDir(dataDir),
      encryption: settings.encryption ?? (needsStores ? developmentEncryption(dataDir) : unusedEncryption()),
      vapid: settings.vapid ?? (settings.production ? undefined : developmentVapid(dataDir)),
    };
    const uri = settings.mongodb.uri ?? (needsStores ? await startMongoDb(settings, started, log) : '');
    const redis = settings.redis ?? toRedisSettings(needsStores ? await startRedis(dataDir, started) : '');
    const pushApiUrl = settings.pushApi.url ?? '';
    const config = {
      ...local,
      redis,
      mongodb: { ...settings.mongodb, uri },
      pushApi: { ...settings.pushApi, url: pushApiUrl },
    };
    if (!needsStores || pushApiUrl !== '') return { config: Object.freeze(config), stop };
    const { url, token, stop: stopPushApi } = await startPushApi(config);
    started.push(stopPushApi);
    return { config: Object.freeze({ ...config, pushApi: { ...config.pushApi, url, token } }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Kept nowhere: the folder of data may be read-only, and push-api encrypts no id. */
function unusedEncryption(): Config['encryption'] {
  return { key: randomBytes(32), iv: randomBytes(16) };
}

function developmentVapid(dataDir: string): VapidSettings {
  const pair = developmentVapidKeys(dataDir);
  return { keys: [pair], defaultKey: pair.publicKey, subject: DEVELOPMENT_SUBJECT };
}

// Loaded where it is needed: a push-api has no code of MongoDB's driver in memory.
async function startMongoDb(settings: Settings, started: Stop[], log: (line: string) => void): Promise<string> {
  const { startEmbeddedMongoDb } = await import('./mongodb/embedded-mongodb.js');
  const { uri, stop } = await startEmbeddedMongoDb({
    dataDir: join(settings.dataDir, 'mongodb'),
    cacheDir: join(settings.dataDir, 'cache'),
    binary: settings.mongodBinary,
    log,
  });
  started.push(stop);
  return uri;
}

async function startRedis(dataDir: string, started: Stop[]): Promise<string> {
  const { startEmbeddedRedis } = await import('./redis/embedded-redis.js');
  const { url, stop } = await startEmbeddedRedis({ dataDir: join(dataDir, 'redis') });
  started.push(stop);
  return url;
}
