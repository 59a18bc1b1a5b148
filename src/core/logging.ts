import { ConsoleLogger, Logger, type LogLevel } from '@nestjs/common';
import type { Settings } from './config.js';

const LEVELS: Readonly<Record<Settings['logLevel'], LogLevel[]>> = {
  error: ['error'],
  warn: ['error', 'warn'],
  log: ['error', 'warn', 'log'],
  debug: ['error', 'warn', 'log', 'debug'],
};

/** Nest's own lines about each module and route, which nobody needs at every start. */
const QUIET_CONTEXTS = new Set([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
  'NestApplication',
]);

/** They print with a call stack what main.ts then says in one line. */
const START_FAILURE_CONTEXTS = new Set(['ExceptionHandler', 'MongooseModule', 'NestApplication']);

class ProductLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (QUIET_CONTEXTS.has(String(rest.at(-1)))) return;
    super.log(message, ...rest);
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (START_FAILURE_CONTEXTS.has(String(rest.at(-1)))) return;
    super.error(message, ...rest);
  }
}

/** One line of JSON an event in production, text for people elsewhere. */
export function configureLogging({ production, logLevel }: Pick<Settings, 'production' | 'logLevel'>): void {
  Logger.overrideLogger(new ProductLogger({ json: production, logLevels: LEVELS[logLevel] }));
}
