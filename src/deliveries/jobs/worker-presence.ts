import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { databaseNow } from '../../core/mongo/database-clock.js';
import { DELIVERY_BATCHES_QUEUE } from './batch.job.js';

/** A worker that has not announced itself for so long counts as missing. */
const MISSING_AFTER_MS = 15_000;

/** After the last worker, nothing remains in Redis for longer. */
const KEPT_SECONDS = 60;

/**
 * Workers that take batches, in a sorted set of Redis by when they were last seen. Not Bull's `getWorkers`, a
 * list of Redis' clients: the connection of a frozen worker stays open, a Redis Cluster has such a list for
 * each node, and some providers do not allow it.
 */
@Injectable()
export class WorkerPresence {
  private readonly key: string;

  constructor(@InjectQueue(DELIVERY_BATCHES_QUEUE) private readonly queue: Queue) {
    this.key = queue.toKey('workers');
  }

  /** Says that this worker takes batches; it counts for 15 s. Rejects when Redis does not serve. */
  async announce(worker: string): Promise<void> {
    const now = databaseNow();
    await this.queue.client.zadd(this.key, now, worker);
    await this.queue.client.zremrangebyscore(this.key, '-inf', now - MISSING_AFTER_MS);
    await this.queue.client.expire(this.key, KEPT_SECONDS);
  }

  /** Says that this worker takes no more batches. */
  async withdraw(worker: string): Promise<void> {
    await this.queue.client.zrem(this.key, worker);
  }

  count(): Promise<number> {
    return this.queue.client.zcount(this.key, databaseNow() - MISSING_AFTER_MS, '+inf');
  }
}
