import { createRequire } from 'node:module';
import { MONGODB_COMMANDS, type MongoDbCommand, mongodbCommandSeconds } from '../metrics/store.metrics.js';

type Command = (this: object, namespace: unknown, command: object, ...rest: unknown[]) => Promise<unknown>;

/** The class of mongoose's driver that sends a command over a connection; the driver does not export it. */
interface DriverConnection {
  readonly prototype: { command: Command };
}

const KNOWN: ReadonlyMap<string, MongoDbCommand> = new Map(MONGODB_COMMANDS.map((name) => [name, name]));

let isMeasuring = false;

/**
 * Measures each command of each connection of this process, once however often it is called.
 *
 * Not by the driver's command monitoring (`monitorCommands`): for its events the driver parses every response
 * a second time, which is much of a broadcast's cost. Instead the method that sends commands is replaced, as
 * OpenTelemetry does (`instrumentation-mongodb`, `_getV4PatchCommandPromise`).
 */
export function measureMongoDbCommands(): void {
  if (isMeasuring) return;
  isMeasuring = true;
  const { prototype } = findDriverConnection();
  const { command: send } = prototype;
  prototype.command = function measured(namespace, command, ...rest) {
    const beganMs = performance.now();
    const response = send.call(this, namespace, command, ...rest);
    response.then(
      () => {
        observe(command, 'ok', beganMs);
      },
      () => {
        observe(command, 'error', beganMs);
      },
    );
    return response;
  };
}

function observe(command: object, outcome: 'ok' | 'error', beganMs: number): void {
  const seconds = (performance.now() - beganMs) / 1_000;
  mongodbCommandSeconds.observe({ command: toLabel(command), outcome }, seconds);
}

/** The first key of a command is its name (mongodb.com, "Database Commands"). */
function toLabel(command: object): MongoDbCommand {
  for (const name in command) return KNOWN.get(name) ?? 'other';
  return 'other';
}

function findDriverConnection(): DriverConnection {
  const mongoose = createRequire(import.meta.url).resolve('mongoose');
  const driver = createRequire(mongoose)('mongodb/lib/cmap/connection.js') as { Connection: DriverConnection };
  return driver.Connection;
}
