import './core/heap.js';
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { type Config, loadConfig, type Settings } from './core/config.js';
import { configureLogging } from './core/logging.js';
import { SettingError } from './core/setting-error.js';
import { type CompleteConfig, completeConfig } from './embedded/development-defaults.js';
import { signDevelopmentToken } from './embedded/development-keys.js';
import { type Server, startBuiltInPushApi, startServer } from './server.js';

/** What is in flight has this long to end; after it the ledger lets another worker finish. */
const SHUTDOWN_MS = 28_000;

const logger = new Logger('push-contact');

try {
  // eslint-disable-next-line no-restricted-properties -- the one place where the environment is read
  const settings = loadConfig(process.env, process.argv.slice(2));
  configureLogging(settings);
  const complete = await completeConfig(settings, startBuiltInPushApi, (line) => {
    logger.log(line);
  });
  const server = await startServer(complete.config).catch(async (error: unknown) => {
    await complete.stop();
    throw error;
  });
  endOnSignal(server, complete);
  await greet(server, complete.config, settings);
} catch (error) {
  const lines = error instanceof SettingError ? error.faults : [describeStartFailure(error)];
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(1);
}

function endOnSignal(server: Server, complete: CompleteConfig): void {
  const end = (signal: string): void => {
    logger.log(`${signal}: finishing what is in flight`);
    setTimeout(() => process.exit(0), SHUTDOWN_MS).unref();
    void server
      .stop()
      .then(() => complete.stop())
      .finally(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

async function greet({ url }: Server, config: Config, settings: Settings): Promise<void> {
  logger.log(`Mode ${config.mode} listens on ${url}`);
  if (settings.pushApi.url === undefined && config.pushApi.url !== '') {
    logger.log(`Built-in PushApi: ${config.pushApi.url}, what its sandbox was given: /sandbox/notifications`);
  }
  if (config.mode !== 'api' && config.mode !== 'all') return;
  logger.log(`Swagger UI: ${url}/swagger`);
  if (settings.jwtPublicKeysDir !== undefined) return;
  // Not through the logger: a secret is no log entry, and on a line of its own it can be copied.
  const token = await signDevelopmentToken(config.dataDir);
  process.stdout.write(`Super-user token for development:\n${token}\nDemo page:\n${url}/demo#token=${token}\n`);
}

function describeStartFailure(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'EADDRINUSE') return 'PORT: another process listens there; choose another port';
  if (code === 'EACCES') return 'PORT: this user may not listen there; choose another port';
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL') return 'HOST: this machine has no such address';
  return `The start failed: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
}
