import { join } from 'node:path';
import type { Config, Settings } from '../core/config.js';
import type { VapidSettings } from '../core/vapid-settings.js';
import { developmentEncryption, developmentPublicKeysDir, developmentVapidKeys } from './development-keys.js';
import { startEmbeddedMongoDb } from './embedded-mongodb.js';
import { startEmbeddedRedis } from './embedded-redis.js';

/** A PushApi of this process, for where none is configured. */
export interface BuiltInPushApi {
  readonly url: string;
  readonly token: string;
  readonly stop: Stop;
}

/** A complete configuration, and how to end what was started to complete it. */
export interface CompleteConfig {
  readonly config: Config;
  readonly stop: Stop;
}

type Stop = () => Promise<void>;

/** Nobody: example.com takes no mail (RFC 2606). */
const DEVELOPMENT_SUBJECT = 'mailto:push-contact@example.com';

/** Fills in what the settings leave open: embedded servers, generated keys, the built-in PushApi. */
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
  try {
    const local = {
      ...settings,
      jwtPublicKeysDir: settings.jwtPublicKeysDir ?? developmentPublicKeysDir(dataDir),
      encryption: settings.encryption ?? developmentEncryption(dataDir),
      vapid: settings.vapid ?? (settings.production ? undefined : developmentVapid(dataDir)),
    };
    const needsStores = settings.mode !== 'push-api';
    const uri = settings.mongodb.uri ?? (needsStores ? await startMongoDb(settings, started, log) : '');
    const redisUrl = settings.redisUrl ?? (needsStores ? await startRedis(dataDir, started) : '');
    const pushApiUrl = settings.pushApi.url ?? '';
    const config = {
      ...local,
      redisUrl,
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

function developmentVapid(dataDir: string): VapidSettings {
  return { ...developmentVapidKeys(dataDir), subject: DEVELOPMENT_SUBJECT };
}

async function startMongoDb(settings: Settings, started: Stop[], log: (line: string) => void): Promise<string> {
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
  const { url, stop } = await startEmbeddedRedis({ dataDir: join(dataDir, 'redis') });
  started.push(stop);
  return url;
}
