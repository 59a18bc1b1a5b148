import './core/process/heap.js';
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { type Config, loadConfig, type Settings } from './core/config/config.js';
import { endOnSignals } from './core/process/end-on-signals.js';
import { configureLogging } from './core/process/logging.js';
import { describeWithoutValues } from './core/errors/describe-error.js';
import { isOfRedisClient } from './core/queue/redis-error.js';
import { SettingError } from './core/config/setting-error.js';
import { completeConfig } from './embedded/development-defaults.js';
import { signDevelopmentToken } from './embedded/development-keys.js';
import { describeBuild, startMetricsServer } from './health/metrics-server.js';
import { VERSION } from './health/version.js';
import type { Server } from './app/server.js';

const UNSIGNED_LINKS =
  'Tracking links without a signature are accepted: see TRACKING_UNSIGNED_UNTIL in docs/operations.md';

const logger = new Logger('push-contact');

// Node would print the whole error, with the arguments of a failed command (a password among them), and end
// the process. What ioredis and Bull leave unobserved is an outage of Redis, which the queue's connections
// report and survive. Anything else is a defect of ours: a process whose state nobody knows must not go on,
// and another one takes over its batches.
process.on('unhandledRejection', (reason) => {
  if (isOfRedisClient(reason)) logger.warn(`Redis' client left a failure unobserved: ${describeWithoutValues(reason)}`);
  else endBecauseOf(reason);
});
process.on('uncaughtException', endBecauseOf);

const beforeEnd = endOnSignals(logger);

try {
  // eslint-disable-next-line no-restricted-properties -- the one place where the environment is read
  const settings = loadConfig(process.env, process.argv.slice(2));
  configureLogging(settings);
  const endTracing = await traceIfAsked(settings);
  // Not above: a setting that is wrong is told at once, before the frameworks are loaded.
  const { startBuiltInPushApi, startServer } = await import('./app/server.js');
  const complete = await completeConfig(settings, startBuiltInPushApi, (line) => {
    logger.log(line);
  });
  const starting = startServer(complete.config, () => {
    beforeEnd(async () => stopAll([(await starting).stop, complete.stop, endTracing]));
  });
  const server = await starting.catch(async (error: unknown) => {
    await complete.stop();
    throw error;
  });
  describeBuild(complete.config.mode);
  const metrics = await startMetricsServer(complete.config.metrics).catch(async (error: unknown) => {
    await server.stop();
    await complete.stop();
    throw error;
  });
  logger.log(`Metrics: ${metrics.url}`);
  beforeEnd(() => stopAll([server.stop, metrics.stop, complete.stop, endTracing]));
  // Where keys are given; else a terminal that closes ends the process, as it does by default.
  if (settings.jwtPublicKeysDir !== undefined) process.on('SIGHUP', () => void server.readKeysAgain());
  await greet(server, complete.config, settings);
} catch (error) {
  const lines = error instanceof SettingError ? error.problems : [describeStartFailure(error)];
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(1);
}

function endBecauseOf(error: unknown): void {
  logger.error(`The process ends: ${describeWithoutValues(error)}`);
  process.exit(1);
}

/** Resolves with what exports the last spans. The SDK is loaded only where traces are wanted. */
async function traceIfAsked({ openTelemetry, mode }: Settings): Promise<() => Promise<void>> {
  if (openTelemetry === undefined) return () => Promise.resolve();
  const { startTracing } = await import('./core/tracing/start-tracing.js');
  return startTracing(openTelemetry, { mode, version: VERSION });
}

async function stopAll(stops: readonly (() => Promise<void>)[]): Promise<void> {
  for (const stop of stops) await stop();
}

async function greet({ url }: Server, config: Config, settings: Settings): Promise<void> {
  logger.log(`Mode ${config.mode} listens on ${url}`);
  if (settings.pushApi.url === undefined && config.pushApi.url !== '') {
    logger.log(`Built-in PushApi: ${config.pushApi.url}, what its sandbox was given: /sandbox/notifications`);
  }
  if (config.mode !== 'api' && config.mode !== 'all') return;
  logger.log(`Swagger UI: ${url}/swagger`);
  if (config.production && config.tracking.unsignedUntil === undefined) logger.warn(UNSIGNED_LINKS);
  if (settings.jwtPublicKeysDir !== undefined) return;
  // Not through the logger: a secret does not belong in a log, and on its own line it is easy to copy.
  const token = await signDevelopmentToken(config.dataDir);
  const addresses = `Console:\n${url}/console#token=${token}\nDemo page:\n${url}/demo#token=${token}`;
  process.stdout.write(`Super-user token for development:\n${token}\n${addresses}\n`);
}

function describeStartFailure(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'EADDRINUSE') return 'PORT: another process listens there; choose another port';
  if (code === 'EACCES') return 'PORT: this user may not listen there; choose another port';
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL') return 'HOST: this machine has no such address';
  return `The start failed: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
}
