import { ConsoleLogger, Logger, type LogLevel } from '@nestjs/common';
import type { Settings } from '../config/config.js';
import { findActiveSpan } from '../tracing/tracing.js';

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

type JsonLogArguments = Parameters<ConsoleLogger['getJsonLogObject']>;

class ProductLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (QUIET_CONTEXTS.has(String(rest.at(-1)))) return;
    super.log(message, ...rest);
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (START_FAILURE_CONTEXTS.has(String(rest.at(-1)))) return;
    super.error(message, ...rest);
  }

  protected override getJsonLogObject(...args: JsonLogArguments): ReturnType<ConsoleLogger['getJsonLogObject']> {
    const traceId = findActiveSpan()?.traceId;
    const entry = super.getJsonLogObject(...args);
    // The name of opentelemetry.io, "Trace Context in non-OTLP Log Formats".
    return traceId === undefined ? entry : { ...entry, trace_id: traceId };
  }
}

/** Makes Nest's logger write one line of JSON per entry in production, and plain text elsewhere. */
export function configureLogging({ production, logLevel }: Pick<Settings, 'production' | 'logLevel'>): void {
  Logger.overrideLogger(new ProductLogger({ json: production, flattenParams: true, logLevels: LEVELS[logLevel] }));
}
