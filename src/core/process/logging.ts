import { ConsoleLogger, Logger, type LogLevel } from '@nestjs/common';
import type { Settings } from '../config/config.js';

const LEVELS: Readonly<Record<Settings['logLevel'], LogLevel[]>> = {
  error: ['error'],
  warn: ['error', 'warn'],
  log: ['error', 'warn', 'log'],
  debug: ['error', 'warn', 'log', 'debug'],
};

/** Contexts in which Nest logs one line for each module and route at every start. */
const QUIET_CONTEXTS = new Set([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
  'NestApplication',
]);

/** Contexts that log a failed start with a call stack; main.ts prints it in one line. */
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

/** Makes Nest's logger write one line of JSON per entry in production, and plain text elsewhere. */
export function configureLogging({ production, logLevel }: Pick<Settings, 'production' | 'logLevel'>): void {
  Logger.overrideLogger(new ProductLogger({ json: production, logLevels: LEVELS[logLevel] }));
}
