import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of the benchmarks that does what it is asked for, one thing after the other. */
export interface Child<Ready, Command, Answer> {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly ready: Ready;
  /** Rejects with what went wrong in the child. */
  ask(command: Command): Promise<Answer>;
  stop(): Promise<void>;
}

type FromChild = { readonly value: unknown } | { readonly error: string };

/** Starts `processes/<script>.js` with `argument`; the script answers by `serveCommands`. */
export async function startChild<Ready, Command, Answer>(
  script: string,
  argument: unknown,
): Promise<Child<Ready, Command, Answer>> {
  const path = fileURLToPath(new URL(`./processes/${script}.js`, import.meta.url));
  const child = fork(path, [], { execArgv: ['--enable-source-maps'], serialization: 'advanced' });
  child.send({ argument });
  const ready = (await nextMessage(child, script)) as Ready;
  return {
    pid: child.pid ?? 0,
    ready,
    async ask(command) {
      const answer = nextMessage(child, script);
      child.send(command as object);
      return (await answer) as Answer;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** In the child: the argument that it was started with. */
export async function readArgument(): Promise<unknown> {
  const [message] = (await once(process, 'message')) as [{ argument: unknown }];
  return message.argument;
}

/** In the child: says that it is ready, does what it is asked for, and ends with its parent. */
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
      const answer = message as FromChild;
      if ('error' in answer) reject(new Error(`${script}: ${answer.error}`));
      else resolve(answer.value);
    });
  });
}
