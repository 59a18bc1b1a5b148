import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';

const START_TIMEOUT_MS = 60_000;
const OUTPUT_LINES_KEPT = 20;

/**
 * Runs "$@" and a guard beside it. The guard reads from a pipe (fd 3) whose other end only our process holds: when that
 * end is closed, by stop() or by the kernel after a kill -9 of our process, the guard ends the server, after 20 s by force.
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

/** A server that cannot outlive this process. */
export interface GuardedProcess {
  /** Resolves with the exit code once the server has ended, for whatever reason. */
  readonly ended: Promise<number | null>;
  /** Ends the server with SIGTERM, after 20 s with SIGKILL, and waits until it is gone. */
  stop(): Promise<void>;
}

/** A server that ended before it was ready. */
export class EarlyEndError extends Error {
  /** @param output the last lines that the server wrote. */
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
 * Starts a server and resolves when a line of its output matches `readyLine`. It ends when this process ends, even by
 * kill -9, and does not keep this process running. Needs a POSIX shell. Throws an EarlyEndError when the server ends
 * first, an Error after 60 s.
 */
export async function startGuarded(command: string, args: string[], readyLine: RegExp): Promise<GuardedProcess> {
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in a terminal must reach us alone, we still need the server to finish our work.
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
    child.once('error', () => {
      resolve(null);
    });
  });
  const guarded: GuardedProcess = { ended, stop: () => stop(child, ended) };
  try {
    await ready(child, command, ended, readyLine);
  } catch (error) {
    await guarded.stop();
    throw error;
  }
  holdsProcessOpen(child, false);
  return guarded;
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
    // The loser of the race still settles: when the server is stopped, `early` rejects.
    early.catch(() => undefined);
  }
}

/** Output is read to the end, as a server whose pipe is full would stand still. */
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
