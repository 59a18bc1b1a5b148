import { randomBytes } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config, Mode } from '../core/config/config.js';
import type { BuiltInPushApi } from '../embedded/development-defaults.js';
import { listen, type Listening } from './listen.js';

/** A server that listens. */
export interface Server extends Omit<Listening, 'app'> {
  /** Reads the folder of public keys again, where this mode checks tokens. */
  readonly readKeysAgain: () => Promise<void>;
  /** Stops accepting requests and jobs, waits for those in progress, and closes every connection. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the mode of `config` and resolves when it listens on its port. In modes with stores, throws a
 * SettingError when MongoDB is unreachable, does not support transactions, or refuses an index, or when Redis
 * is a node of a cluster.
 * @param beforeWork called right before it takes the first request or job.
 */
export async function startServer(config: Config, beforeWork: () => void): Promise<Server> {
  const { app, url, stop } = await startMode(config, beforeWork);
  return { url, stop, readKeysAgain: () => readKeysAgain(app, config.mode) };
}

/** Each mode loads its own code alone (`loaded-packages.spec.ts`): the rest would take memory and time. */
async function startMode(config: Config, beforeWork: () => void): Promise<Listening> {
  if (config.mode !== 'push-api') {
    const { startServerWithStores } = await import('./server-with-stores.js');
    return startServerWithStores(config, config.mode, beforeWork);
  }
  const { createPushApi } = await import('./create-push-api.js');
  const app = await createPushApi(config);
  beforeWork();
  return listen(app, config.port, config.host);
}

async function readKeysAgain(app: NestFastifyApplication, mode: Mode): Promise<void> {
  // A worker checks no tokens, and must not load the code for it.
  if (mode === 'worker') return;
  const { PublicKeyFolder } = await import('../security/public-key-folder.js');
  await app.get(PublicKeyFolder, { strict: false }).readAgain();
}

/** Starts PushApi on a free port of 127.0.0.1, with a random token that only this process knows. */
export async function startBuiltInPushApi(config: Config): Promise<BuiltInPushApi> {
  const token = randomBytes(32).toString('base64url');
  const { createPushApi } = await import('./create-push-api.js');
  const app = await createPushApi(config, token);
  const { url, stop } = await listen(app, 0, '127.0.0.1');
  return { url, stop, token };
}
