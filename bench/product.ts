import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { startFlagsOf } from '../test/support/start-flags.js';
import { inRepository } from './paths.js';

export type Environment = Readonly<Record<string, string>>;

/** A running process of the built product. */
export interface Product {
  readonly url: string;
  readonly pid: number;
  /** Stops it by SIGTERM. */
  stop(): Promise<void>;
}

const START_MS = 60_000;

/**
 * Starts a mode of `dist/main.js`. Resolves when it listens; rejects if it ends or takes longer than 60 s.
 * With `profileDir` it writes a CPU profile there when it stops.
 */
export async function startProduct(
  mode: 'api' | 'worker' | 'push-api',
  environment: Environment,
  profileDir: string | undefined,
): Promise<Product> {
  const profiling =
    profileDir === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`, `--cpu-prof-name=${mode}.cpuprofile`];
  const flags = [...startFlagsOf(mode, inRepository('package.json')), ...profiling];
  const child = spawn(process.execPath, [...flags, inRepository('dist/main.js'), `--mode=${mode}`], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = (): Promise<void> => end(child);
  // The product must not outlive the benchmark, even if that fails.
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  try {
    return { url: await addressOf(child), pid: child.pid ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`The product did not start within ${START_MS} ms`));
    }, START_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`The product ended with exit code ${code ?? 'unknown'}`));
    });
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const url = /listens on (http:\/\/\S+?:\d+)/.exec(line)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
