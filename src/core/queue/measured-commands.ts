import { REDIS_COMMANDS, type RedisCommand, redisCommandSeconds } from '../metrics/store.metrics.js';

/** A command of ioredis, as far as it is needed here. */
export interface SentCommand {
  readonly name: string;
  readonly promise: Promise<unknown>;
}

/** Commands that wait until something comes: their time says nothing of Redis. */
const WAITING: ReadonlySet<string> = new Set([
  ...['brpoplpush', 'blmove', 'brpop', 'blpop', 'bzpopmin', 'bzpopmax', 'wait'],
  ...['subscribe', 'psubscribe', 'unsubscribe', 'punsubscribe', 'quit'],
]);

const KNOWN: ReadonlyMap<string, RedisCommand> = new Map(REDIS_COMMANDS.map((name) => [name, name]));

/** When a command was sent last: one that waits for a connection is sent again when there is one. */
const sentMs = new WeakMap<SentCommand, number>();

/** Measures a command that is about to be sent, up to its response. */
export function measureRedisCommand(command: SentCommand): void {
  if (WAITING.has(command.name)) return;
  const isFirst = !sentMs.has(command);
  sentMs.set(command, performance.now());
  if (!isFirst) return;
  const label = KNOWN.get(command.name) ?? 'other';
  const observe = (outcome: 'ok' | 'error'): void => {
    const milliseconds = performance.now() - (sentMs.get(command) ?? 0);
    redisCommandSeconds.observe({ command: label, outcome }, milliseconds / 1_000);
  };
  command.promise.then(
    () => {
      observe('ok');
    },
    () => {
      observe('error');
    },
  );
}
