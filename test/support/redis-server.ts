import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis, type RedisOptions } from 'ioredis';
import { freePort } from '../../src/embedded/process/persisted-port.js';
import { type SupervisedProcess, startSupervised } from '../../src/embedded/process/supervised-process.js';

const READY = /Ready to accept connections|Sentinel ID is/;

/** A process of `redis-server`, with what a test does to it. */
export interface RedisServer {
  readonly host: string;
  readonly port: number;
  /** Where nodes of a cluster talk to each other. */
  readonly busPort: number;
  /** `host:port`. */
  readonly address: string;
  /** Runs a command. Resolves with the reply. */
  call(command: string, ...args: readonly (string | number)[]): Promise<unknown>;
  /** The value of a field of INFO; undefined without it. */
  info(field: string): Promise<string | undefined>;
  /** Ends it by SIGKILL. */
  kill(): Promise<void>;
  /** Stops it by SIGSTOP: connections stay open, and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Starts it again after `kill`, with its data and configuration. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

interface ServerOptions {
  /** Lines of its configuration, without `port`, `bind` and `dir`. */
  readonly config: readonly string[];
  readonly host?: string;
  readonly isSentinel?: boolean;
  /** Is a node of a cluster. */
  readonly hasBus?: boolean;
  /** Listens with TLS only. */
  readonly isTls?: boolean;
  /** For the commands of the test. */
  readonly client?: RedisOptions;
}

/** Starts a server on a free port, with a folder of its own. */
export async function startRedisServer(options: ServerOptions): Promise<RedisServer> {
  const { host = '127.0.0.1', isTls = false } = options;
  const folder = await mkdtemp(join(tmpdir(), 'push-contact-redis-server-'));
  const [port, busPort] = await Promise.all([freePort(), freePort()]);
  const listening = isTls ? [`port 0`, `tls-port ${port}`] : [`port ${port}`];
  const data = options.isSentinel === true ? [] : ['save ""', 'appendonly no'];
  const bus = options.hasBus === true ? [`cluster-port ${busPort}`] : [];
  const file = join(folder, 'redis.conf');
  await mkdir(join(folder, 'data'));
  const lines = [...listening, `bind ${host}`, `dir ${join(folder, 'data')}`, ...data, ...bus, ...options.config];
  await writeFile(file, `${lines.join('\n')}\n`);
  const args = [file, ...(options.isSentinel === true ? ['--sentinel'] : [])];
  const client = new Redis({ host, port, lazyConnect: true, retryStrategy: () => 100, ...options.client });
  client.on('error', () => undefined);
  let running: SupervisedProcess;
  let pid = 0;
  const start = async (): Promise<void> => {
    running = await startSupervised('redis-server', args, READY);
    pid = Number(/^process_id:(\d+)/m.exec(await client.info('server'))?.[1]);
  };
  await start();
  return {
    host,
    port,
    busPort,
    address: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    call: (command, ...parameters) => client.call(command, ...parameters),
    info: async (field) => new RegExp(`^${field}:(.*)\r`, 'm').exec(await client.info())?.[1],
    async kill() {
      process.kill(pid, 'SIGKILL');
      await running.ended;
    },
    freeze: () => {
      process.kill(pid, 'SIGSTOP');
    },
    thaw: () => {
      process.kill(pid, 'SIGCONT');
    },
    restart: start,
    async stop() {
      client.disconnect();
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
