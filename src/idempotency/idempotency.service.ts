import { Injectable } from '@nestjs/common';
import { AppError } from '../core/errors/errors.js';
import { currentCallRecord } from '../core/mongo/call-record.js';
import { type Transaction, Transactions } from '../core/mongo/transactions.js';
import type { IdempotentRequest } from './idempotency-key.js';
import { IdempotencyRepository } from './idempotency.repository.js';

/** A request that has not ended after this time is taken to have crashed. */
const LOCK_MS = 60_000;

/** How long a key returns its first response: 24 hours. */
const LIFETIME_MS = 86_400_000;

/** Makes requests with an Idempotency-Key safe to repeat. */
@Injectable()
export class IdempotencyService {
  constructor(
    private readonly keys: IdempotencyRepository,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Runs `store` in a transaction, stores the message id that it returns with the key, and then runs
   * `afterwards`. When the request with this key succeeded before, neither runs, and the first message id is
   * returned, for 24 hours. Without a key both always run. When `store` throws, the key is free again. Throws
   * `idempotency_key_in_use` while the first request is in progress, and `idempotency_key_reused` for a key
   * that came with another route or body.
   * @param store writes with the given transaction and has no other effect, since it may run again after a
   * conflict.
   * @param afterwards not part of the transaction, such as adding a job; does not run for a repeated request.
   * @example
   * const messageId = await this.idempotency.once(
   *   key,
   *   async (transaction) => (await this.messages.create(domain, request, transaction)).messageId,
   *   () => this.jobs.enqueuePlan(deliveryId, dueAt),
   * );
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
    if (lock === undefined) return this.earlierResponse(request);
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
      // Nothing was stored, so the caller may repeat the request with the same key.
      await this.keys.release(key, lock);
      throw error;
    }
  }

  private async earlierResponse({ key, fingerprint }: IdempotentRequest): Promise<string> {
    const known = await this.keys.find(key);
    if (known !== undefined && known.fingerprint !== fingerprint) {
      throw new AppError('idempotency_key_reused', 'This Idempotency-Key came with another route or body before.');
    }
    if (known?.messageId === undefined) throw inProgress();
    currentCallRecord()?.setRepeated(known.messageId);
    return known.messageId;
  }
}

function inProgress(): AppError {
  return new AppError('idempotency_key_in_use', 'The first request with this Idempotency-Key has not ended yet.');
}
