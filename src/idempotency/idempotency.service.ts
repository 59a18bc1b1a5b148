import { Injectable } from '@nestjs/common';
import { AppError } from '../core/errors/errors.js';
import { UnmatchedWriteError } from '../core/mongo/combined-writes.js';
import { currentCallRecord } from '../core/mongo/call-record.js';
import { Transactions, type Work } from '../core/mongo/transactions.js';
import type { IdempotentRequest } from './idempotency-key.js';
import { IdempotencyRepository } from './idempotency.repository.js';

/** A request that has not ended after this time is taken to have crashed. */
const LOCK_MS = 60_000;

/** How long a key returns its first response: 24 hours. */
const LIFETIME_MS = 86_400_000;

/** What a request stores. */
export interface StoredRequest {
  /** The message that it makes, or sends. */
  readonly messageId: string;
  /** As for `Transactions.run`: it may run again after a conflict, so it has no other effect. */
  readonly store: Work<void>;
  /** Not part of the transaction, such as adding a job; does not run for a repeated request. */
  readonly afterwards: () => Promise<void>;
  /** What the response needs; nothing is stored where it rejects. */
  readonly reads: Promise<unknown>;
}

/** Makes requests with an Idempotency-Key safe to repeat. */
@Injectable()
export class IdempotencyService {
  constructor(
    private readonly keys: IdempotencyRepository,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Runs `store` in a transaction, stores the message id with the key, and then runs `afterwards`. When the
   * request with this key succeeded before, neither runs, and the first message id is returned, for 24 hours.
   * Without a key both always run. When `store` throws, the key is free again. Throws
   * `idempotency_key_in_use` while the first request is in progress, and `idempotency_key_reused` for a key
   * that came with another route or body.
   * @example
   * const messageId = await this.idempotency.once(key, {
   *   messageId: message.messageId,
   *   store: (_, writes) => {
   *     this.messages.insert(message, writes);
   *   },
   *   afterwards: () => this.jobs.enqueuePlan(deliveryId, dueAt),
   *   reads: warnings,
   * });
   */
  async once(request: IdempotentRequest | undefined, stored: StoredRequest): Promise<string> {
    if (request === undefined) {
      await this.store(stored, stored.store);
      await stored.afterwards();
      return stored.messageId;
    }
    const lock = await this.keys.lock(request.key, request.fingerprint, LOCK_MS, LIFETIME_MS);
    if (lock === undefined) return this.earlierResponse(request);
    await this.storeLocked(request.key, lock, stored);
    await stored.afterwards();
    return stored.messageId;
  }

  private async storeLocked(key: string, lock: string, stored: StoredRequest): Promise<void> {
    try {
      await this.store(stored, async (transaction, writes) => {
        await stored.store(transaction, writes);
        this.keys.complete(key, lock, stored.messageId, writes);
      });
    } catch (error) {
      // Nothing was stored, so the caller may repeat the request with the same key.
      await this.keys.release(key, lock);
      throw error instanceof UnmatchedWriteError ? inProgress() : error;
    }
  }

  private async store({ messageId, reads }: StoredRequest, write: StoredRequest['store']): Promise<void> {
    currentCallRecord()?.setMessageId(messageId);
    await this.transactions.run(write, reads);
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
