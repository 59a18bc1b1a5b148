import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { signDevelopmentToken } from '../embedded/development-keys.js';

/** Time between two lines of a start that takes long, as the first one does. */
const STILL_STARTING_MS = 10_000;

/** The product, running as a child of the demo with every default. */
export interface ProductProcess {
  readonly url: string;
  readonly token: string;
  readonly dataDir: string;
  stop(): Promise<void>;
}

const DATA_DIR = '.data';
const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));

/** Environment variables that the child inherits; any other could change what the demo runs. */
const KEPT = ['PATH', 'HOME', 'PORT', 'MONGOMS_SYSTEM_BINARY', 'LANG', 'TMPDIR', 'HTTPS_PROXY', 'NODE_EXTRA_CA_CERTS'];

/** The demo is many visitors at one address. */
const UNLIMITED = { RATE_LIMIT_ANONYMOUS_PER_MINUTE: '0', RATE_LIMIT_REGISTRATIONS_PER_MINUTE: '0' };

/**
 * Starts the product in mode `all` with some settings and prints how that comes along; SIGINT and SIGTERM
 * stop it. Throws an Error when it does not start.
 */
export async function startProduct(
  print: (line: string) => void,
  environment: Readonly<Record<string, string>>,
): Promise<ProductProcess> {
  // eslint-disable-next-line no-restricted-properties -- the child's environment is made of ours
  const kept = KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  const own = { DATA_DIR, HOST: '127.0.0.1', LOG_LEVEL: 'log', PUBLIC_URL: publicUrl(), ...UNLIMITED };
  const env = { ...Object.fromEntries(kept), ...own, ...environment };
  const child = spawn(process.execPath, [MAIN, '--mode=all'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stop().then(() => process.exit(0)));
  print(`Starting MongoDB, Redis and the product; their data is in ${DATA_DIR}. The first start may fetch MongoDB.`);
  const startedMs = Date.now();
  const timer = setInterval(() => {
    print(`Still starting, after ${Math.round((Date.now() - startedMs) / 1_000)} s`);
  }, STILL_STARTING_MS);
  const url = await readAddress(child, print).finally(() => {
    clearInterval(timer);
  });
  return { url, token: await signDevelopmentToken(DATA_DIR), dataDir: DATA_DIR, stop };
}

/**
 * With a PUBLIC_URL, notifications have tracking links, so the demo page's report shows receipts and clicks.
 */
function publicUrl(): string {
  // eslint-disable-next-line no-restricted-properties -- the child's setting is made of ours
  return `http://127.0.0.1:${process.env.PORT ?? '3000'}`;
}

async function readAddress(child: ChildProcess, print: (line: string) => void): Promise<string> {
  if (child.stdout === null) throw new Error('The product has no output to read its address from.');
  return new Promise((resolve, reject) => {
    child.once('exit', () => {
      reject(new Error('The product did not start; its reason is above.'));
    });
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const address = /listens on (http:\/\/[\w.:-]+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
      if (/download|unexpectedly/.test(line)) print(line);
    });
  });
}
