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

/** ioredis sends a command again after a reconnection; it is measured from the first time. */
const measured = new WeakSet<SentCommand>();

/** Measures a command that is about to be sent, up to its response. */
export function measureRedisCommand(command: SentCommand): void {
  if (WAITING.has(command.name) || measured.has(command)) return;
  measured.add(command);
  const label = KNOWN.get(command.name) ?? 'other';
  const beganMs = performance.now();
  const observe = (outcome: 'ok' | 'error'): void => {
    redisCommandSeconds.observe({ command: label, outcome }, (performance.now() - beganMs) / 1_000);
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
