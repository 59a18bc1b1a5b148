import { Logger } from '@nestjs/common';
import type { Queue } from 'bull';
import { Cluster, type RedisOptions } from 'ioredis';
import type { RedisSettings } from '../config/redis-settings.js';
import { SettingError } from '../config/setting-error.js';
import { openRedis, type RedisClient } from './redis-client.js';
import { explainRedisCode, readRedisCode } from './redis-error.js';
import { RedisProbe } from './redis-probe.js';

/** How long a command waits for a response of Redis before it fails. */
const COMMAND_TIMEOUT_MS = 5_000;

/** What a connection is for: a role in Bull, or scripts for which nobody waits long, as counting requests. */
type ConnectionType = 'client' | 'subscriber' | 'bclient' | 'counter';

/** Bull's blocking and subscribing connections must not time out (Bull's reference, "createClient"). */
const BLOCKING: RedisOptions = { maxRetriesPerRequest: null, enableReadyCheck: false };

const OPTIONS: Readonly<Record<ConnectionType, RedisOptions>> = {
  client: { maxRetriesPerRequest: 1, commandTimeout: COMMAND_TIMEOUT_MS },
  subscriber: BLOCKING,
  bclient: BLOCKING,
  counter: { enableOfflineQueue: false, autoResendUnfulfilledCommands: false, commandTimeout: COMMAND_TIMEOUT_MS },
};

/** Shorter than readiness waits, so that it says why. */
const PROBE_TIMEOUT_MS = 1_500;

/** Reconnecting more often would cut the connections that the previous time has just opened. */
const RECONNECT_EVERY_MS = 1_000;

/** Pause between two connections in an outage. A wrong password ends each at once, 13 a process. */
const OUTAGE_PAUSE_MS = 1_000;

/** A refused job is logged once per cause in this time. */
const REFUSED_JOB_EVERY_MS = 60_000;

/** All Redis connections of this process. Bull does not close connections that it did not open. */
export class RedisConnections {
  private readonly logger = new Logger('Redis');
  private readonly open: RedisClient[] = [];
  private readonly refusedJobs = new Map<string, number>();
  private readonly probe: RedisProbe;
  private reconnectedAt = Number.NEGATIVE_INFINITY;

  /** @param prefix of all keys in Redis. */
  constructor(
    private readonly settings: RedisSettings,
    readonly prefix: string,
  ) {
    const options = { lazyConnect: true, enableOfflineQueue: false, commandTimeout: PROBE_TIMEOUT_MS };
    this.probe = new RedisProbe(this.connect(options), `${prefix}:probe`, () => {
      this.reconnect();
    });
  }

  /**
   * Opens a connection with the options that Bull needs for its `type`; for a `counter` one whose commands
   * fail at once while Redis is not connected, and are not sent again.
   */
  create(type: ConnectionType): RedisClient {
    const connection = this.connect(OPTIONS[type]);
    // The probe's own connection says what is wrong.
    connection.on('error', () => {
      this.probe.check();
    });
    return connection;
  }

  /**
   * Waits up to 3 s for Redis, then goes on proving each second that it takes writes. Throws a SettingError
   * when it is none of what the settings say, such as a node of a Redis Cluster; when it is unreachable, the
   * process starts all the same.
   */
  async start(): Promise<void> {
    const problem = await this.probe.start();
    if (problem !== undefined) throw new SettingError([problem]);
  }

  /**
   * Observes the errors of a queue, and lets it consume when Redis serves for the first time: Bull gives a
   * queue up for good when that fails. Call it before the application is initialized.
   */
  attach(queue: Queue): void {
    queue.on('error', (error: unknown) => {
      void this.checkAfter(error);
    });
    const consume = queue.process.bind(queue) as (...args: readonly unknown[]) => Promise<void>;
    Object.assign(queue, {
      process: async (...args: readonly unknown[]) => {
        await this.probe.whenServed();
        await consume(...args).catch((error: unknown) => {
          const code = readRedisCode(error) ?? 'unknown';
          this.logger.error(`The queue ${queue.name} stopped (${code}); restart the process when that is mended.`);
          this.probe.failForGood(code);
        });
      },
    });
  }

  /**
   * Resolves when Redis has taken a write in the last 100 ms; else rejects with `queue_unavailable`, whose
   * `reason` is the code.
   */
  assertWritable(): Promise<void> {
    return this.probe.assertWritable();
  }

  /** The version of Redis; null while it does not answer, or does not say. */
  findVersion(): Promise<string | null> {
    return this.probe.findVersion();
  }

  close(): void {
    this.probe.stop();
    for (const connection of this.open) connection.disconnect();
  }

  private connect(options: RedisOptions): RedisClient {
    const connection = openRedis(this.settings, options, (attempt) =>
      this.probe.isOutage ? OUTAGE_PAUSE_MS : Math.min(attempt * 100, OUTAGE_PAUSE_MS),
    );
    this.open.push(connection);
    return connection;
  }

  /**
   * After a failover the address leads to the new primary, but open connections still lead to the old one.
   * Also connections that wait for a job or for messages, where no command would fail. A cluster is asked
   * which node is primary of what now, and closes connections to nodes that are gone.
   */
  private reconnect(): void {
    if (performance.now() - this.reconnectedAt < RECONNECT_EVERY_MS) return;
    this.reconnectedAt = performance.now();
    for (const connection of this.open) {
      if (connection.status !== 'ready' && connection.status !== 'connect') continue;
      if (connection instanceof Cluster) connection.refreshSlotsCache();
      else connection.disconnect(true);
    }
  }

  /**
   * After an error of Bull, or of a job that was not added: either Redis does not serve, which the probe
   * logs, or it refused this alone.
   */
  private async checkAfter(error: unknown): Promise<void> {
    const code = readRedisCode(error);
    if (code === undefined) return;
    this.probe.check();
    const serves = await this.probe.assertWritable().then(
      () => true,
      () => false,
    );
    if (!serves || (explainRedisCode(code) === undefined && code !== 'NOSCRIPT')) return;
    const now = performance.now();
    if (now - (this.refusedJobs.get(code) ?? Number.NEGATIVE_INFINITY) < REFUSED_JOB_EVERY_MS) return;
    this.refusedJobs.set(code, now);
    this.logger.warn(`Redis refused a command of the queue (${code}); the sweeper enqueues the work again.`);
  }
}
