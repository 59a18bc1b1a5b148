import { Injectable } from '@nestjs/common';
import { AppError } from '../core/errors.js';
import { type Transaction, Transactions } from '../core/transactions.js';
import type { IdempotentRequest } from './idempotency-key.js';
import { IdempotencyRepository } from './idempotency.repository.js';

/** After this long a request that has neither ended nor answered is taken for dead. */
const LOCK_MS = 60_000;

/** For this long the same key has the same answer. */
const LIFETIME_MS = 86_400_000;

/** Lets a caller repeat a request without its being done twice. */
@Injectable()
export class IdempotencyService {
  constructor(
    private readonly keys: IdempotencyRepository,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Runs `store` in a transaction together with its answer, a message id, and then `afterwards`. When the key's request
   * was done before, neither runs, and its message id is answered again, for 24 hours. Without a key both always run.
   * Throws `idempotency_key_in_use` while the first request is in progress, and `idempotency_key_reused` for a key that
   * came with another route or body.
   */
  async once(
    request: IdempotentRequest | undefined,
    store: (transaction: Transaction) => Promise<string>,
    afterwards: () => Promise<void>,
  ): Promise<string> {
    if (request === undefined) {
      const messageId = await this.transactions.run(store);
      await afterwards();
      return messageId;
    }
    const lock = await this.keys.lock(request.key, request.fingerprint, LOCK_MS, LIFETIME_MS);
    if (lock === undefined) return this.earlierAnswer(request);
    const messageId = await this.storeLocked(request.key, lock, store);
    await afterwards();
    return messageId;
  }

  private async storeLocked(
    key: string,
    lock: string,
    store: (transaction: Transaction) => Promise<string>,
  ): Promise<string> {
    try {
      return await this.transactions.run(async (transaction) => {
        const messageId = await store(transaction);
        const isKept = await this.keys.complete(key, lock, messageId, transaction);
        if (!isKept) throw inProgress();
        return messageId;
      });
    } catch (error) {
      // What was asked for may be repeated with the same key: nothing of it was done.
      await this.keys.release(key, lock);
      throw error;
    }
  }

  private async earlierAnswer({ key, fingerprint }: IdempotentRequest): Promise<string> {
    const known = await this.keys.find(key);
    if (known !== undefined && known.fingerprint !== fingerprint) {
      throw new AppError('idempotency_key_reused', 'This Idempotency-Key came with another route or body before.');
    }
    if (known?.messageId === undefined) throw inProgress();
    return known.messageId;
  }
}

function inProgress(): AppError {
  return new AppError('idempotency_key_in_use', 'The first request with this Idempotency-Key has not ended yet.');
}
