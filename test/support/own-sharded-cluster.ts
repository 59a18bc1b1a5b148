import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { freePort } from '../../src/embedded/process/persisted-port.js';
import { type SupervisedProcess, startSupervised } from '../../src/embedded/process/supervised-process.js';
import { findMongos } from './find-mongos.js';
import { commandAt, findOwnMongod, initiate, primaryOf, startMember } from './own-mongod.js';
import { waitFor } from './wait-for.js';

const { MongoClient } = mongoose.mongo;

const CONFIG = 'config';

/** Names of the shards, and of their replica sets of one member each. */
export const SHARDS = ['shard0', 'shard1'] as const;

type Shard = (typeof SHARDS)[number];

/** A sharded MongoDB for one test: two shards, a config server and routers. */
export interface OwnShardedCluster {
  /** Names all routers. */
  readonly uri: string;
  /** Addresses of the routers. */
  readonly routers: readonly string[];
  /** Runs a command at a router that runs, by default in the database `admin`. */
  command(command: object, database?: string): Promise<Record<string, unknown>>;
  /** Runs a command at the server of a shard, for what it does and holds alone. */
  commandAtShard(shard: Shard, command: object, database?: string): Promise<Record<string, unknown>>;
  /** Ends the server of a shard by SIGKILL. */
  killShard(shard: Shard): Promise<void>;
  /** Starts one that was killed. Resolves when it can be written to. */
  startShard(shard: Shard): Promise<void>;
  /** Ends a router by SIGKILL. */
  killRouter(router: string): Promise<void>;
  /** Starts a router that was killed. */
  startRouter(router: string): Promise<void>;
  stop(): Promise<void>;
}

/** A server that can be killed and started again. */
interface Server {
  readonly host: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startOwnShardedCluster(routerCount: 1 | 2 = 2): Promise<OwnShardedCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'push-contact-shards-'));
  const [mongod, mongos] = await Promise.all([findOwnMongod(), findMongos()]);
  const startReplicaSet = async (name: string): Promise<Server> => {
    const role = name === CONFIG ? 'configsvr' : 'shardsvr';
    const server = await startServer((port) =>
      startMember({ binary: mongod, port, folder: join(folder, name), replicaSet: name, role }),
    );
    await initiate(name, [server.host], name === CONFIG);
    await untilPrimary(server.host);
    return server;
  };
  const [config, ...shards] = await Promise.all([startReplicaSet(CONFIG), ...SHARDS.map(startReplicaSet)]);
  const startRouter = (port: number): Promise<SupervisedProcess> =>
    startSupervised(mongos, routerArguments(`${CONFIG}/${config.host}`, port), /Waiting for connections/);
  const routers = await Promise.all(Array.from({ length: routerCount }, () => startServer(startRouter)));
  const client = await MongoClient.connect(uriOf(routers));
  for (const [index, name] of SHARDS.entries()) {
    await client.db('admin').command({ addShard: `${name}/${shards[index]?.host ?? ''}`, name });
  }
  return controlOf(client, shards, routers, async () => {
    await client.close();
    await Promise.all(routers.map((router) => router.stop()));
    await Promise.all([...shards, config].map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  });
}

function controlOf(
  client: mongoose.mongo.MongoClient,
  shards: readonly Server[],
  routers: readonly Server[],
  stop: () => Promise<void>,
): OwnShardedCluster {
  const hosts = routers.map(({ host }) => host);
  const shardOf = (name: Shard): Server => serverAt(shards, SHARDS.indexOf(name));
  const routerOf = (host: string): Server => serverAt(routers, hosts.indexOf(host));
  return {
    uri: uriOf(routers),
    routers: hosts,
    command: (command, database = 'admin') => client.db(database).command(command),
    commandAtShard: (name, command, database) => commandAt(shardOf(name).host, command, database),
    killShard: (name) => shardOf(name).kill(),
    async startShard(name) {
      const shard = shardOf(name);
      await shard.start();
      await untilPrimary(shard.host);
    },
    killRouter: (host) => routerOf(host).kill(),
    startRouter: (host) => routerOf(host).start(),
    stop,
  };
}

async function startServer(start: (port: number) => Promise<SupervisedProcess>): Promise<Server> {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  let running = await start(port);
  return {
    host,
    async kill() {
      const { pid } = await commandAt(host, { serverStatus: 1 });
      process.kill(Number(pid), 'SIGKILL');
      await running.ended;
    },
    async start() {
      running = await start(port);
    },
    stop: () => running.stop(),
  };
}

function routerArguments(configServers: string, port: number): string[] {
  return [
    ...['--configdb', configServers, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
  ];
}

async function untilPrimary(host: string): Promise<void> {
  await waitFor(
    () => primaryOf([host]),
    (primary) => primary !== undefined,
    60_000,
  );
}

function uriOf(routers: readonly Server[]): string {
  return `mongodb://${routers.map(({ host }) => host).join(',')}/`;
}

function serverAt(servers: readonly Server[], index: number): Server {
  const server = servers[index];
  if (server === undefined) throw new Error('There is no such server');
  return server;
}
