import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import type { RedisSettings } from '../config/redis-settings.js';
import { measureRedisCommand } from './measured-commands.js';

/** A connection to one server, or connections to the nodes of a Redis Cluster, with the same commands. */
export type RedisClient = Redis | Cluster;

/** Shorter than a failover takes: a Sentinel or a node that is switched off must not hold up the others. */
const CONNECT_TIMEOUT_MS = 3_000;

/** How long a Sentinel may take to name the primary. */
const SENTINEL_TIMEOUT_MS = 1_500;

/**
 * A Redis Cluster is asked again this often until a failover has ended, by a command that waits for a job
 * without end.
 */
const BLOCKING_RETRY_MS = 500;
const BLOCKING_RETRIES = 1_000;

/** A client whose commands are measured, and cannot end the process: some promises are left unobserved. */
class QueueConnection extends Redis {
  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    measureRedisCommand(args[0]);
    return observe(super.sendCommand(...args));
  }
}

class QueueCluster extends Cluster {
  /** Settles also when the cluster is down, as ioredis would not: Bull waits for it when it stops. */
  override async connect(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.once('close', resolve));
    await Promise.race([super.connect(), closed]);
  }

  /** Emits `end` also while no node is connected, as ioredis would not: Bull waits for it when it stops. */
  override disconnect(reconnect = false): void {
    const hasNodes = this.nodes().length > 0;
    super.disconnect(reconnect);
    if (hasNodes || reconnect || this.status === 'end') return;
    this.status = 'end';
    this.emit('end');
  }

  override sendCommand(...args: Parameters<Cluster['sendCommand']>): unknown {
    const { commandTimeout } = this.options.redisOptions ?? {};
    // A node's own limit does not count while no node is known.
    if (commandTimeout !== undefined) args[0].setTimeout(commandTimeout);
    measureRedisCommand(args[0]);
    return observe(super.sendCommand(...args));
  }
}

function observe(response: unknown): unknown {
  void Promise.resolve(response).catch(() => undefined);
  return response;
}

/**
 * Opens a client of one server, of the primary that Sentinels name, or of a Redis Cluster.
 *
 * @param options as for one server; what they ask for is translated for a cluster.
 * @param retryDelayMs the pause before the nth attempt to connect again.
 */
export function openRedis(
  settings: RedisSettings,
  options: RedisOptions,
  retryDelayMs: (attempt: number) => number,
): RedisClient {
  const { url, clusterNodes, sentinel, tls } = settings;
  const secure = url.startsWith('rediss:') ? { tls } : {};
  if (clusterNodes !== undefined) {
    const nodeOptions = { ...toCredentials(url), ...secure, connectTimeout: CONNECT_TIMEOUT_MS };
    return new QueueCluster([...clusterNodes], toClusterOptions({ ...options, ...nodeOptions }, retryDelayMs));
  }
  const retrying = { ...options, ...secure, retryStrategy: retryDelayMs };
  if (sentinel === undefined) return new QueueConnection(url, retrying);
  return new QueueConnection({
    ...retrying,
    ...toCredentials(url),
    ...(url.startsWith('rediss:') && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
    sentinels: sentinel.addresses.map((address) => ({ ...address })),
    name: sentinel.name,
    ...(sentinel.username !== undefined && { sentinelUsername: sentinel.username }),
    ...(sentinel.password !== undefined && { sentinelPassword: sentinel.password }),
    sentinelCommandTimeout: SENTINEL_TIMEOUT_MS,
    sentinelRetryStrategy: retryDelayMs,
    connectTimeout: CONNECT_TIMEOUT_MS,
  });
}

function toCredentials(url: string): Pick<RedisOptions, 'username' | 'password' | 'db'> {
  const { username, password, pathname, searchParams } = new URL(url);
  const db = Number(pathname.slice(1) || (searchParams.get('db') ?? 0));
  return {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(db !== 0 && { db }),
  };
}

/**
 * A client without an offline queue fails at once also in a failover; one whose commands are retried without
 * end outlasts it, but fails when no node is left: Bull repeats its command.
 */
function toClusterOptions(
  { lazyConnect, enableOfflineQueue = true, ...redisOptions }: RedisOptions,
  retryDelayMs: (attempt: number) => number,
): ClusterOptions {
  const isBlocking = redisOptions.maxRetriesPerRequest === null;
  return {
    redisOptions,
    lazyConnect,
    enableOfflineQueue: enableOfflineQueue && !isBlocking,
    // Else a cluster that is down would say only that it is not connected.
    enableReadyCheck: enableOfflineQueue,
    clusterRetryStrategy: retryDelayMs,
    // ioredis would look up all names before, and fail when that of a single node does not exist; and a
    // certificate is for a name.
    dnsLookup: (host, callback) => {
      callback(null, host);
    },
    ...(!enableOfflineQueue && { retryDelayOnFailover: 0, retryDelayOnClusterDown: 0 }),
    ...(isBlocking && {
      retryDelayOnFailover: BLOCKING_RETRY_MS,
      retryDelayOnClusterDown: BLOCKING_RETRY_MS,
      maxRedirections: BLOCKING_RETRIES,
    }),
  };
}
