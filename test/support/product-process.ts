import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { generateP256KeyPair } from '../../src/core/p256.js';
import { testEnvironment } from './test-environment.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const START_MS = 30_000;

/** The VAPID pair of every process that has `baseEnvironment`. */
export const VAPID_KEYS = generateP256KeyPair();

export type ProductEnvironment = Readonly<Record<string, string>>;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One process of the built product that serves. */
export interface ProductProcess {
  readonly url: string;
  readonly pid: number;
  /** What it has printed so far. */
  output(): string;
  /** Ends it by SIGTERM; answers its exit code. */
  stop(): Promise<number | null>;
  /** Ends it at once, as a crash of the machine would. */
  kill(): Promise<void>;
}

/** What every process of a test needs: the shared MongoDB and Redis, with a database of the test's own. */
export function baseEnvironment(database: string, jwtPublicKeysDir: string, pushApiUrl: string): ProductEnvironment {
  return {
    MONGODB_URI: testEnvironment('TEST_MONGODB_URI'),
    MONGODB_DATABASE: database,
    REDIS_URL: testEnvironment('TEST_REDIS_URL'),
    ENCRYPTION_KEY: '5Rz2VJbnjbhPfEKn3Ryd0E+u7jzOT2KCBicmM5wUq5Y=',
    ENCRYPTION_IV: '7yZ8kT8L7UeO8JpH3Ir6jQ==',
    JWT_PUBLIC_KEYS_DIR: jwtPublicKeysDir,
    PUSH_API_URL: pushApiUrl,
    PUSH_API_TOKEN: 'stand-in-secret',
    VAPID_PUBLIC_KEY: VAPID_KEYS.publicKey,
    VAPID_PRIVATE_KEY: VAPID_KEYS.privateKey,
    VAPID_SUBJECT: 'mailto:tests@example.com',
    PUSH_SERVICE_HOSTS: 'push.example.com',
  };
}

/** A name that no other run uses. */
export function uniqueDatabase(name: string): string {
  return `e2e_${name}_${process.pid}_${Date.now()}`;
}

/** Starts a mode and answers when it listens. */
export async function startProduct(mode: string, environment: ProductEnvironment): Promise<ProductProcess> {
  const { child, output } = spawnProduct([`--mode=${mode}`], environment);
  const url = await waitForAddress(child, output);
  return {
    url,
    pid: child.pid ?? 0,
    output: () => output.stdout + output.stderr,
    stop: () => end(child, 'SIGTERM'),
    async kill() {
      await end(child, 'SIGKILL');
    },
  };
}

/** Runs the product until it ends by itself. */
export async function runProduct(args: readonly string[], environment: ProductEnvironment): Promise<Ended> {
  const { child, output } = spawnProduct(args, environment);
  const deadline = setTimeout(() => child.kill('SIGKILL'), START_MS);
  await once(child, 'close');
  clearTimeout(deadline);
  return { code: child.exitCode, ...output };
}

function spawnProduct(
  args: readonly string[],
  environment: ProductEnvironment,
): { child: ChildProcess; output: { stdout: string; stderr: string } } {
  const output = { stdout: '', stderr: '' };
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: tmpdir(),
    env: { PATH: testEnvironment('PATH'), HOST: '127.0.0.1', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  return { child, output };
}

async function waitForAddress(child: ChildProcess, output: { stdout: string; stderr: string }): Promise<string> {
  const deadline = Date.now() + START_MS;
  while (child.exitCode === null && Date.now() < deadline) {
    const url = /listens on (http:\/\/\S+?:\d+)(?=\D)/.exec(output.stdout)?.[1];
    if (url !== undefined) return url;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`The product did not start:\n${output.stdout}\n${output.stderr}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }
  return child.exitCode;
}
