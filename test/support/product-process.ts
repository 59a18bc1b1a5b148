import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { generateP256KeyPair } from '../../src/core/crypto/p256.js';
import { shardDatabase } from './documented-sharding.js';
import { startFlagsOf } from './start-flags.js';
import { contactKey, isMongoDbSharded, testEnvironment } from './test-environment.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const START_MS = 120_000;
const MODE = '--mode=';

/** From Node.js 22.1 on, what one of these many processes has compiled is not compiled again. */
const COMPILE_CACHE = fileURLToPath(new URL('../../.data/compile-cache', import.meta.url));

/** The VAPID pair of every process that uses `baseEnvironment`. */
export const VAPID_KEYS = generateP256KeyPair();

export type ProductEnvironment = Readonly<Record<string, string>>;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running process of the built product. */
export interface ProductProcess {
  readonly url: string;
  readonly pid: number;
  /** The URL of its metrics. */
  readonly metricsUrl: string;
  /** What it has printed so far. */
  output(): string;
  /** Stops it by SIGTERM. Resolves with its exit code; rejects where a signal ended it meanwhile. */
  stop(): Promise<number | null>;
  /** Kills it, as a machine's crash would. */
  kill(): Promise<void>;
}

/** The token of PushApi in every process of a test. */
export const PUSH_API_TOKEN = 'stand-in-secret';

/** The limits count as in production, and are reached by no test: all requests are of one address. */
const HIGH_LIMITS: ProductEnvironment = {
  RATE_LIMIT_ANONYMOUS_PER_MINUTE: '1000000000',
  RATE_LIMIT_REGISTRATIONS_PER_MINUTE: '1000000000',
  RATE_LIMIT_TOKEN_PER_MINUTE: '1000000000',
};

/** The keys and secrets that every process of a test has; a process in mode `push-api` needs no more. */
export function pushApiEnvironment(jwtPublicKeysDir: string): ProductEnvironment {
  return {
    ENCRYPTION_KEY: '5Rz2VJbnjbhPfEKn3Ryd0E+u7jzOT2KCBicmM5wUq5Y=',
    ENCRYPTION_IV: '7yZ8kT8L7UeO8JpH3Ir6jQ==',
    JWT_PUBLIC_KEYS_DIR: jwtPublicKeysDir,
    PUSH_API_TOKEN,
    VAPID_PUBLIC_KEY: VAPID_KEYS.publicKey,
    VAPID_PRIVATE_KEY: VAPID_KEYS.privateKey,
    VAPID_SUBJECT: 'mailto:tests@example.com',
    ...HIGH_LIMITS,
  };
}

/** The settings of every process of a test: the shared MongoDB and Redis, with the test's own database. */
export function baseEnvironment(database: string, jwtPublicKeysDir: string, pushApiUrl: string): ProductEnvironment {
  return {
    ...pushApiEnvironment(jwtPublicKeysDir),
    MONGODB_URI: testEnvironment('TEST_MONGODB_URI'),
    MONGODB_DATABASE: database,
    CONTACT_KEY: contactKey(),
    REDIS_URL: testEnvironment('TEST_REDIS_URL'),
    PUSH_API_URL: pushApiUrl,
    PUSH_SERVICE_HOSTS: 'push.example.com',
  };
}

/** Returns a database name that no other run uses. */
export function uniqueDatabase(name: string): string {
  return `e2e_${name}_${process.pid}_${Date.now()}`;
}

/**
 * Starts a mode, by default of this build; `main` is the `dist/main.js` of another one. Resolves when it
 * listens; rejects if it ends or takes longer than 120 s.
 */
export async function startProduct(
  mode: string,
  environment: ProductEnvironment,
  main: string = MAIN,
): Promise<ProductProcess> {
  await shardIfSharded(environment);
  const { child, output } = spawnProduct([`--mode=${mode}`], environment, main);
  const url = await waitForAddress(child, output);
  return {
    url,
    pid: child.pid ?? 0,
    metricsUrl: /Metrics: (http:\/\/\S+\/metrics)/.exec(output.stdout)?.[1] ?? '',
    output: () => output.stdout + output.stderr,
    async stop() {
      const isRunning = child.exitCode === null && child.signalCode === null;
      const code = await end(child, 'SIGTERM');
      if (isRunning && code === null)
        throw new Error(`Ended by ${child.signalCode}:\n${output.stdout}\n${output.stderr}`);
      return code;
    },
    async kill() {
      await end(child, 'SIGKILL');
    },
  };
}

/** Runs the product until it exits. Kills it after 120 s. */
export async function runProduct(args: readonly string[], environment: ProductEnvironment): Promise<Ended> {
  await shardIfSharded(environment);
  const { child, output } = spawnProduct(args, environment);
  const deadline = setTimeout(() => child.kill('SIGKILL'), START_MS);
  await once(child, 'close');
  clearTimeout(deadline);
  return { code: child.exitCode, ...output };
}

const shardedDatabases = new Set<string>();

/** On a sharded cluster, every test has its contacts and events on both shards. */
async function shardIfSharded({ MONGODB_URI, MONGODB_DATABASE }: ProductEnvironment): Promise<void> {
  if (!isMongoDbSharded() || MONGODB_URI !== testEnvironment('TEST_MONGODB_URI')) return;
  if (MONGODB_DATABASE === undefined || shardedDatabases.has(MONGODB_DATABASE)) return;
  shardedDatabases.add(MONGODB_DATABASE);
  await shardDatabase(MONGODB_URI, MONGODB_DATABASE);
}

/** Starts a process of the product, and does not wait until it listens. */
export function spawnProduct(
  args: readonly string[],
  environment: ProductEnvironment,
  main: string = MAIN,
): { child: ChildProcess; output: { stdout: string; stderr: string } } {
  const output = { stdout: '', stderr: '' };
  const mode = args.find((argument) => argument.startsWith(MODE))?.slice(MODE.length) ?? 'all';
  const child = spawn(process.execPath, [...startFlagsOf(mode), main, ...args], {
    cwd: tmpdir(),
    env: {
      PATH: testEnvironment('PATH'),
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      HOST: '127.0.0.1',
      PORT: '0',
      METRICS_PORT: '0',
      ...environment,
    },
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

/** Ends a process by a signal. Resolves with its exit code; null where the signal ended it. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }
  return child.exitCode;
}
