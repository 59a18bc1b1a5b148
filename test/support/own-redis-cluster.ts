import type { RedisOptions } from 'ioredis';
import { type RedisServer, startRedisServer } from './redis-server.js';
import { waitFor } from './wait-for.js';

const LAST_SLOT = 16_383;
const MIDDLE_SLOT = 8_191;

/** A silent node counts as failed after this time. */
const NODE_TIMEOUT_MS = 1_000;

const MOVED_AT_ONCE = 1_000;

const CONFIG = [
  ...['cluster-enabled yes', `cluster-node-timeout ${NODE_TIMEOUT_MS}`, 'cluster-replica-validity-factor 0'],
  'repl-diskless-sync-delay 0',
];

interface ClusterOptions {
  /** More lines of each node's configuration. */
  readonly config?: readonly string[];
  readonly isTls?: boolean;
  readonly client?: RedisOptions;
}

/** A Redis Cluster for one test: two primaries share all slots but one, and two more nodes have none. */
export class OwnRedisCluster {
  private constructor(
    /** The primary of the slot 0: a product is given its address alone, and has its keys elsewhere. */
    readonly first: RedisServer,
    private readonly second: RedisServer,
    private readonly third: RedisServer,
    /** Where a slot can be moved. */
    private readonly fourth: RedisServer,
    private readonly replica: RedisServer,
  ) {}

  static async start({ config = [], isTls = false, client = {} }: ClusterOptions = {}): Promise<OwnRedisCluster> {
    const start = (): Promise<RedisServer> =>
      startRedisServer({ config: [...CONFIG, ...config], isTls, client, hasBus: true });
    const cluster = new OwnRedisCluster(...(await Promise.all([start(), start(), start(), start(), start()])));
    await cluster.join();
    return cluster;
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  private get nodes(): readonly RedisServer[] {
    return [this.first, this.second, this.third, this.fourth, this.replica];
  }

  /** The primary of a key. */
  async ownerOf(key: string): Promise<RedisServer> {
    const slot = await this.slotOf(key);
    const ranges = (await this.first.call('CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
    const port = ranges.find(([from, to]) => from <= slot && slot <= to)?.[2][1];
    const owner = this.nodes.find((node) => node.port === port);
    if (owner === undefined) throw new Error(`Nobody has slot ${slot}`);
    return owner;
  }

  /** The primary and the replica of a key. */
  async pairOf(key: string): Promise<[RedisServer, RedisServer]> {
    const primary = await this.ownerOf(key);
    const links = await Promise.all(this.nodes.map((node) => node.info('master_port')));
    const replica = this.nodes.find((_, index) => links[index] === String(primary.port));
    if (replica === undefined) throw new Error('The primary has no replica');
    return [primary, replica];
  }

  /** Makes the last node the replica of the primary of a key. Resolves when it has its data. */
  async addReplicaOf(key: string): Promise<void> {
    const owner = await this.ownerOf(key);
    await this.replica.call('CLUSTER', 'REPLICATE', await idOf(owner));
    await waitFor(
      () => this.replica.info('master_link_status'),
      (status) => status === 'up',
    );
  }

  /** Moves the slot of a key to the fourth node. Half of its keys are there while `between` runs. */
  async moveSlot(key: string, between: () => Promise<void>): Promise<void> {
    const [slot, from, to] = [await this.slotOf(key), await this.ownerOf(key), this.fourth];
    await to.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', await idOf(from));
    await from.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', await idOf(to));
    const findKeys = async (): Promise<string[]> =>
      (await from.call('CLUSTER', 'GETKEYSINSLOT', slot, MOVED_AT_ONCE)) as string[];
    const first = await findKeys();
    await migrate(from, to, first.slice(0, Math.ceil(first.length / 2)));
    await between();
    for (let keys = await findKeys(); keys.length > 0; keys = await findKeys()) await migrate(from, to, keys);
    for (const node of [to, from]) await node.call('CLUSTER', 'SETSLOT', slot, 'NODE', await idOf(to));
  }

  private async slotOf(key: string): Promise<number> {
    return Number(await this.first.call('CLUSTER', 'KEYSLOT', key));
  }

  private async join(): Promise<void> {
    await this.first.call('CLUSTER', 'ADDSLOTSRANGE', 0, 0);
    await this.second.call('CLUSTER', 'ADDSLOTSRANGE', 1, MIDDLE_SLOT);
    await this.third.call('CLUSTER', 'ADDSLOTSRANGE', MIDDLE_SLOT + 1, LAST_SLOT);
    for (const [index, node] of this.nodes.entries()) {
      await node.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
      if (node !== this.first) await this.first.call('CLUSTER', 'MEET', node.host, node.port, node.busPort);
    }
    for (const node of this.nodes)
      await waitFor(
        async () => String(await node.call('CLUSTER', 'INFO')),
        (info) => info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:5'),
      );
  }
}

async function idOf(node: RedisServer): Promise<string> {
  return String(await node.call('CLUSTER', 'MYID'));
}

async function migrate(from: RedisServer, to: RedisServer, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await from.call('MIGRATE', to.host, to.port, '', 0, 5_000, 'KEYS', ...keys);
}
