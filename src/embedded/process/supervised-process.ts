import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';

const START_TIMEOUT_MS = 60_000;
const OUTPUT_LINES_KEPT = 20;

/**
 * Runs "$@" and a guard beside it. The guard reads from a pipe (fd 3) whose other end only our process holds.
 * When that end is closed, by stop() or by the kernel after kill -9 of our process, the guard sends SIGTERM
 * to the server, and SIGKILL after 20 s.
 */
const GUARD = `
"$@" 3<&- &
server=$!
{
  read -r _
  kill "$server"
  for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    sleep 1
    kill -0 "$server" || exit
  done
  kill -9 "$server"
} <&3 >/dev/null 2>&1 &
guard=$!
exec 3<&-
wait "$server"
code=$?
kill -9 "$guard" 2>/dev/null
exit "$code"
`;

/** A server process that ends when this process ends. */
export interface SupervisedProcess {
  /** Resolves with the exit code when the server ends for any reason; null when there is none. */
  readonly ended: Promise<number | null>;
  /** Sends SIGTERM, after 20 s SIGKILL, and resolves when the server has ended. */
  stop(): Promise<void>;
}

/** Thrown when a server ends before it is ready. */
export class EarlyEndError extends Error {
  /** @param output the last 20 lines of the server's output. */
  constructor(
    command: string,
    readonly exitCode: number | null,
    readonly output: string,
  ) {
    super(`${command} ended with exit code ${exitCode ?? 'unknown'} before it was ready:\n${output}`);
    this.name = 'EarlyEndError';
  }
}

/**
 * Starts a server and resolves when a line of its output matches `readyLine`. The server ends when this
 * process ends, even after kill -9, and does not keep this process running. Needs a POSIX shell. Throws an
 * EarlyEndError when the server ends before it is ready, and an Error when it is not ready after 60 s.
 */
export async function startSupervised(command: string, args: string[], readyLine: RegExp): Promise<SupervisedProcess> {
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // A process group of its own, so that Ctrl-C does not end the server while this process finishes its
    // work.
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
    child.once('error', () => {
      resolve(null);
    });
  });
  const supervised: SupervisedProcess = { ended, stop: () => stop(child, ended) };
  try {
    await ready(child, command, ended, readyLine);
  } catch (error) {
    await supervised.stop();
    throw error;
  }
  holdsProcessOpen(child, false);
  return supervised;
}

async function ready(
  child: ChildProcess,
  command: string,
  ended: Promise<number | null>,
  readyLine: RegExp,
): Promise<void> {
  const output: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const started = new Promise<void>((resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${command} was not ready after ${START_TIMEOUT_MS} ms:\n${output.join('\n')}`));
    }, START_TIMEOUT_MS);
    eachLine(child, (line) => {
      output.push(line);
      if (output.length > OUTPUT_LINES_KEPT) output.shift();
      if (readyLine.test(line)) resolve();
    });
  });
  const early = ended.then((code) => {
    throw new EarlyEndError(command, code, output.join('\n'));
  });
  try {
    await Promise.race([started, early]);
  } finally {
    clearTimeout(timer);
    // `early` also rejects when the server is stopped later, and nobody awaits it then.
    early.catch(() => undefined);
  }
}

/** Reads all output, because a server blocks when its pipe is full. */
function eachLine(child: ChildProcess, handle: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', handle);
  }
}

async function stop(child: ChildProcess, ended: Promise<number | null>): Promise<void> {
  holdsProcessOpen(child, true);
  child.stdio[3]?.destroy();
  await ended;
}

function holdsProcessOpen(child: ChildProcess, holds: boolean): void {
  for (const handle of [child, ...child.stdio]) {
    if (handle !== child && !(handle instanceof Socket)) continue;
    if (holds) handle.ref();
    else handle.unref();
  }
}
