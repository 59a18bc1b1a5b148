import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Environment } from './product.js';

/** A process of the benchmarks that runs one command after the other. */
export interface Child<Ready, Command, Result> {
  readonly pid: number;
  /** The value that it sent when it was ready. */
  readonly ready: Ready;
  /** Runs a command. Rejects with the child's error. */
  ask(command: Command): Promise<Result>;
  stop(): Promise<void>;
}

type FromChild = { readonly value: unknown } | { readonly error: string };

/**
 * Starts `processes/<script>.js` with `argument`, and with the benchmark's environment unless `env` is given.
 * Resolves when it is ready; the script must call `serveCommands`.
 */
export async function startChild<Ready, Command, Result>(
  script: string,
  argument: unknown,
  env?: Environment,
): Promise<Child<Ready, Command, Result>> {
  const path = fileURLToPath(new URL(`./processes/${script}.js`, import.meta.url));
  const child = fork(path, [], {
    execArgv: ['--enable-source-maps'],
    serialization: 'advanced',
    ...(env !== undefined && { env }),
  });
  child.send({ argument });
  const ready = (await nextMessage(child, script)) as Ready;
  return {
    pid: child.pid ?? 0,
    ready,
    async ask(command) {
      const response = nextMessage(child, script);
      child.send(command as object);
      return (await response) as Result;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** In the child: resolves with the argument of `startChild`. */
export async function readArgument(): Promise<unknown> {
  const [message] = (await once(process, 'message')) as [{ argument: unknown }];
  return message.argument;
}

/** In the child: reports that it is ready, runs each command, and exits with its parent. */
export function serveCommands(ready: unknown, run: (command: never) => unknown): void {
  const send = (message: FromChild): void => {
    process.send?.(message);
  };
  process.on('disconnect', () => process.exit());
  process.on('message', (command) => {
    void Promise.resolve()
      .then(() => run(command as never))
      .then(
        (value) => {
          send({ value });
        },
        (error: unknown) => {
          send({ error: error instanceof Error ? error.message : String(error) });
        },
      );
  });
  send({ value: ready });
}

function nextMessage(child: ChildProcess, script: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (): void => {
      reject(new Error(`${script} ended`));
    };
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      const response = message as FromChild;
      if ('error' in response) reject(new Error(`${script}: ${response.error}`));
      else resolve(response.value);
    });
  });
}
