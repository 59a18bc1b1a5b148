import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { databaseNow } from '../core/mongo/database-clock.js';
import { isDuplicateKey } from '../core/mongo/duplicate-key.js';
import type { CombinedWrites } from '../core/mongo/combined-writes.js';
import { IDEMPOTENCY_KEY, type IdempotencyKeyDocument } from './idempotency.schema.js';

const { UUID } = mongoose.mongo;

/** A key that was used before. */
export interface KnownKey {
  readonly fingerprint: string;
  /** Undefined while the first request is in progress. */
  readonly messageId: string | undefined;
}

@Injectable()
export class IdempotencyRepository {
  constructor(@InjectModel(IDEMPOTENCY_KEY) private readonly model: Model<IdempotencyKeyDocument>) {}

  /**
   * Locks a key for `lockMs`. The key must be new, expired after `lifetimeMs`, or have a lock that ran out
   * without a message id. Resolves with the lock, or undefined when the key is taken.
   */
  async lock(key: string, fingerprint: string, lockMs: number, lifetimeMs: number): Promise<string | undefined> {
    const now = databaseNow();
    const lock = randomUUID();
    const free = [
      { message_id: null, fingerprint, locked_until: { $lt: new Date(now) } },
      // The TTL index may delete an expired key a minute late.
      { expires_at: { $lt: new Date(now) } },
    ];
    try {
      await this.model.updateOne(
        { _id: key, $or: free },
        {
          $set: {
            fingerprint,
            lock,
            locked_until: new Date(now + lockMs),
            expires_at: new Date(now + lifetimeMs),
          },
          $unset: { message_id: 1 },
        },
        { upsert: true },
      );
      return lock;
    } catch (error) {
      if (isDuplicateKey(error)) return undefined;
      throw error;
    }
  }

  /** Resolves with the key, or undefined when it was never used or has been deleted. */
  async find(key: string): Promise<KnownKey | undefined> {
    const document = await this.model.findById(key).lean();
    if (document === null) return undefined;
    return { fingerprint: document.fingerprint, messageId: document.message_id?.toString() };
  }

  /**
   * Adds the message id of the response to the writes, which are rejected with UnmatchedWriteError when the
   * key is no longer locked by `lock`.
   */
  complete(key: string, lock: string, messageId: string, writes: CombinedWrites): void {
    const change = { $set: { message_id: new UUID(messageId) } };
    writes.update(this.model, { filter: { _id: key, lock }, change, matches: 1 });
  }

  /** Deletes the key if it is locked by `lock` and has no message id. */
  async release(key: string, lock: string): Promise<void> {
    await this.model.deleteOne({ _id: key, lock, message_id: null });
  }
}
