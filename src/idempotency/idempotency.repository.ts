import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { isDuplicateKey } from '../core/duplicate-key.js';
import type { Transaction } from '../core/transactions.js';
import { IDEMPOTENCY_KEY, type IdempotencyKeyDocument } from './idempotency.schema.js';

const { UUID } = mongoose.mongo;

/** What is known of a key. */
export interface KnownKey {
  readonly fingerprint: string;
  /** Undefined while it is in progress. */
  readonly messageId: string | undefined;
}

@Injectable()
export class IdempotencyRepository {
  constructor(@InjectModel(IDEMPOTENCY_KEY) private readonly model: Model<IdempotencyKeyDocument>) {}

  /**
   * Locks a key that is new, has expired, or whose lock has run out without an answer; answers the lock, or undefined
   * when the key is taken.
   */
  async lock(key: string, fingerprint: string, lockMs: number, lifetimeMs: number): Promise<string | undefined> {
    const now = Date.now();
    const lock = randomUUID();
    const free = [
      { message_id: null, fingerprint, locked_until: { $lt: new Date(now) } },
      // MongoDB's own clean-up of what has expired may be a minute late.
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

  async find(key: string): Promise<KnownKey | undefined> {
    const document = await this.model.findById(key).lean();
    if (document === null) return undefined;
    return { fingerprint: document.fingerprint, messageId: document.message_id?.toString() };
  }

  /** Keeps the answer, if the key is still locked by `lock`; false otherwise. */
  async complete(key: string, lock: string, messageId: string, transaction: Transaction): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne(
      { _id: key, lock },
      { $set: { message_id: new UUID(messageId) } },
      { session: transaction },
    );
    return matchedCount === 1;
  }

  /** Forgets a key that has no answer. */
  async release(key: string, lock: string): Promise<void> {
    await this.model.deleteOne({ _id: key, lock, message_id: null });
  }
}
