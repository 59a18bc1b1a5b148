import { Logger } from '@nestjs/common';
import { Cluster, type Redis } from 'ioredis';
import { AppError } from '../errors/errors.js';
import { ConnectionFaults } from './connection-faults.js';
import type { RedisClient } from './redis-client.js';
import { readRedisCode } from './redis-error.js';
import { RedisOutageLog } from './redis-outage-log.js';
import { findUnsupportedMode, parseRedisInfo } from './redis-server.js';

/** A failover is noticed within this time, also while nothing is sent. */
const PROBE_EVERY_MS = 1_000;

/** A success counts so long for all callers: a busy process probes ten times a second, not for each send. */
const FRESH_MS = 100;

/** The start waits so long for the first connection. */
const CONNECT_WAIT_MS = 3_000;

/** As Bull adds jobs: by a script that writes. So it fails where a job would. */
const PROBE_SCRIPT = "return redis.call('SET', KEYS[1], '1', 'PX', 60000)";

/** The primaries of a cluster are asked so often how they evict keys. */
const POLICIES_EVERY_MS = 60_000;

/** The only policy that loses no job. */
const KEEPS_ALL = 'noeviction';

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Proves by writes of its own that Redis serves: a replica, a full or a misconfigured Redis answers a PING
 * and refuses every job. Logs each change once.
 */
export class RedisProbe {
  private readonly log = new RedisOutageLog();
  private readonly logger = new Logger('Redis');
  private readonly faults: ConnectionFaults;
  private readonly waiting: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private probing: Promise<void> | undefined;
  private writableAt = NEVER;
  private policiesAskedAt = NEVER;
  private hasServed = false;
  private lastCode: string | undefined;
  private consumerCode: string | undefined;
  private loggedPolicy: string | undefined;
  private unsupported: string | undefined;

  /**
   * @param connection without an offline queue, else a command would wait for the next connection.
   * @param key of the probe's writes.
   * @param onStale called when the connections may lead to a server that does not serve any more.
   */
  constructor(
    private readonly connection: RedisClient,
    private readonly key: string,
    private readonly onStale: () => void,
  ) {
    this.faults = new ConnectionFaults(connection);
  }

  /** Whether Redis does not serve, as far as is known. */
  get isOutage(): boolean {
    return this.log.isOutage;
  }

  /**
   * Connects, waits up to 3 s for that, and goes on probing each second. Resolves with the problem of a
   * setting when Redis can never be used; with undefined also while it is unreachable.
   */
  async start(): Promise<string | undefined> {
    await this.connect();
    const problem = await this.findDatabaseProblem();
    await this.probe().catch(() => undefined);
    this.timer = setInterval(() => {
      this.check();
    }, PROBE_EVERY_MS).unref();
    return this.unsupported ?? this.faults.problem ?? problem;
  }

  /** Resolves when Redis serves for the first time. */
  async whenServed(): Promise<void> {
    if (!this.hasServed) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Resolves when Redis has just taken a write; else rejects with `queue_unavailable` and the `reason`. */
  async assertWritable(): Promise<void> {
    if (performance.now() - this.writableAt > FRESH_MS) await this.probe();
  }

  /** The version of the server; null while it does not answer, or does not say. */
  async findVersion(): Promise<string | null> {
    const info = await this.connection.info('server').catch(() => '');
    return parseRedisInfo(info).version ?? null;
  }

  /** Probes now, whatever the last probe said. Rejects as `assertWritable` does. */
  probe(): Promise<void> {
    this.probing ??= this.tryWrite().finally(() => {
      this.probing = undefined;
    });
    return this.probing;
  }

  /** Probes now; a fault is logged. Does nothing before the start, which probes itself. */
  check(): void {
    this.writableAt = NEVER;
    if (this.timer !== undefined) this.probe().catch(() => undefined);
  }

  /** Counts as an outage until the process ends: Bull does not consume a queue again that it has given up. */
  failForGood(code: string): void {
    this.consumerCode = code;
    this.check();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async connect(): Promise<void> {
    const connected = new Promise<void>((resolve) => {
      for (const event of ['ready', 'error', 'close']) this.connection.once(event, resolve);
      setTimeout(resolve, CONNECT_WAIT_MS).unref();
    });
    this.connection.connect().catch(() => undefined);
    await connected;
  }

  /** ioredis goes on with database 0 when Redis has none of the number in the URL. */
  private async findDatabaseProblem(): Promise<string | undefined> {
    // A cluster has database 0 alone.
    if (this.connection instanceof Cluster) return undefined;
    return this.connection.select(this.connection.options.db ?? 0).then(
      () => undefined,
      (error: unknown) =>
        /\bDB index\b/i.test(String(error)) ? 'REDIS_URL: this Redis has no database of that number' : undefined,
    );
  }

  private async tryWrite(): Promise<void> {
    const code = this.consumerCode ?? (await this.findFault());
    if (code === undefined) {
      this.recover();
      return;
    }
    this.writableAt = NEVER;
    // At start, a Redis that can never be used ends the process with a line of its own.
    if (this.timer !== undefined || (this.unsupported ?? this.faults.problem) === undefined) this.log.fail(code);
    // Once, a response may be late because this process was busy.
    if (code === 'READONLY' || (code === 'ETIMEDOUT' && this.lastCode === code)) this.onStale();
    this.lastCode = code;
    throw new AppError('queue_unavailable', 'Redis does not serve; nothing was stored, try again.', {
      extensions: { reason: code },
    });
  }

  /** The code of what is wrong; undefined when Redis has taken a write. */
  private async findFault(): Promise<string | undefined> {
    if (this.connection instanceof Cluster) return this.findFaultOfCluster(this.connection);
    const [info, failure] = await Promise.all([findInfo(this.connection), this.tryScript()]);
    const server = parseRedisInfo(info);
    this.unsupported = findUnsupportedMode(server);
    if (this.unsupported !== undefined) return server.mode?.toUpperCase();
    if (failure !== undefined) return server.isLoading ? 'LOADING' : failure;
    // A replica may be configured to take writes; they are lost with its next synchronization.
    if (server.isReplica) return 'READONLY';
    this.warnOfEviction(server.maxmemoryPolicy);
    return undefined;
  }

  /** Primaries of other slots are asked without waiting: one of them may be down. */
  private async findFaultOfCluster(cluster: Cluster): Promise<string | undefined> {
    const failure = await this.tryScript();
    if (failure !== undefined || performance.now() - this.policiesAskedAt < POLICIES_EVERY_MS) return failure;
    this.policiesAskedAt = performance.now();
    void Promise.all(cluster.nodes('master').map(findInfo)).then((infos) => {
      const servers = infos.map(parseRedisInfo);
      const evicting = servers.find(({ maxmemoryPolicy = KEEPS_ALL }) => maxmemoryPolicy !== KEEPS_ALL);
      this.warnOfEviction(evicting?.maxmemoryPolicy);
    });
    return undefined;
  }

  /** The code of what is wrong; undefined when Redis has run a script that writes. */
  private async tryScript(): Promise<string | undefined> {
    return this.connection.eval(PROBE_SCRIPT, 1, this.key).then(
      () => undefined,
      (error: unknown) => readRedisCode(error) ?? this.faults.code ?? 'ECONNRESET',
    );
  }

  private recover(): void {
    this.writableAt = performance.now();
    this.lastCode = undefined;
    this.hasServed = true;
    this.log.recover();
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private warnOfEviction(policy: string | undefined): void {
    if (policy === this.loggedPolicy) return;
    this.loggedPolicy = policy;
    if (policy === undefined || policy === KEEPS_ALL) return;
    this.logger.warn(
      `Redis evicts keys when its memory is full (maxmemory-policy ${policy}): messages may be sent late. ` +
        `Set maxmemory-policy ${KEEPS_ALL}.`,
    );
  }
}

/** Not every user may run INFO, and only what it says is needed. */
function findInfo(server: Redis): Promise<string> {
  return server.info().catch(() => '');
}
