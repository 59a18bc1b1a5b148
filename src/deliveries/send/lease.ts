import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { isDatabaseError } from '../../core/mongo/database-unreachable.js';
import { logFields } from '../../core/process/log-fields.js';
import { HEARTBEAT_MS, LEASE_MS } from '../jobs/batch.job.js';

/**
 * So long after its extension a lease is trusted without asking MongoDB. Half of what it lasts: a call
 * that begins now has the other half to end before another worker may begin with the same recipients.
 */
const TRUSTED_MS = LEASE_MS / 2;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/** A moment by both clocks of this machine, in milliseconds. */
export interface Moment {
  /** It never goes back, and may stand still while a virtual machine is frozen. */
  readonly monotonic: number;
  /** It goes on while a virtual machine is frozen, and can be set back. */
  readonly wall: number;
}

/** Extends the lease in MongoDB; undefined when another worker has started the batch since. */
export type ExtendLease = () => Promise<{ readonly isCancelled: boolean } | undefined>;

/** Another worker has started the batch since: whatever this one still holds of it must not be written. */
export class LeaseLostError extends Error {}

/**
 * The right of this process to send a batch and to record it. It is checked before each call and each
 * write, by the clocks alone as long as heartbeats extend it, so that a process that was frozen finds
 * out before it goes on.
 */
export class Lease {
  private readonly logger = new Logger(Lease.name);
  private readonly cancelling = new AbortController();
  private extending: Promise<void> | undefined;
  private isLost = false;
  private quietWrites = 0;

  /**
   * @param extendedAt before the lease was taken: what MongoDB counts from is later.
   * @param clock replaced in tests.
   * @param fields of its log lines.
   */
  constructor(
    private readonly extend: ExtendLease,
    private extendedAt: Moment,
    private readonly clock: () => Moment = now,
    private readonly fields: ReturnType<typeof logFields> = {},
  ) {}

  /** Aborted once the batch's delivery is cancelled. */
  get cancelled(): AbortSignal {
    return this.cancelling.signal;
  }

  cancel(): void {
    this.cancelling.abort();
  }

  /** Extends the lease each second; returns what ends that. */
  keep(): () => void {
    const heartbeat = setInterval(() => {
      if (this.quietWrites > 0 && this.isTrusted) return;
      // What fails here is tried again, and a check that needs an answer asks by itself.
      this.ask().catch(() => undefined);
    }, HEARTBEAT_MS);
    return () => {
      clearInterval(heartbeat);
    };
  }

  /**
   * Runs a transaction that writes to the batch's entry in the ledger, without heartbeats, which write to it
   * as well and would let it begin again. They go on when it takes so long that the lease is not trusted.
   */
  async quietly<T>(transaction: () => Promise<T>): Promise<T> {
    this.quietWrites += 1;
    try {
      await this.extending?.catch(() => undefined);
      return await transaction();
    } finally {
      this.quietWrites -= 1;
    }
  }

  /** Whether the batch is this process's without asking MongoDB. */
  get isTrusted(): boolean {
    return !this.isLost && elapsedMs(this.extendedAt, this.clock()) < TRUSTED_MS;
  }

  /**
   * Resolves when the batch is still this process's: at once after a recent extension, else when
   * MongoDB says so. Throws LeaseLostError when it is not, and what the driver throws when MongoDB does
   * not answer.
   */
  async assertHeld(): Promise<void> {
    if (this.isLost) throw new LeaseLostError();
    // Again where the answer was to a question from before the process was frozen.
    while (!this.isTrusted) await this.ask();
  }

  /**
   * Runs an operation on MongoDB until it succeeds, for as long as the lease can be kept: longer than
   * any election. What PushApi has answered is nowhere else. The operation must change nothing when it
   * runs twice. Throws LeaseLostError, and any error that is not MongoDB's.
   */
  async persist<T>(operation: () => Promise<T>): Promise<T> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        await this.assertHeld();
        return await operation();
      } catch (error) {
        this.assertWorthRepeating(error, pauseMs);
      }
      await sleep(pauseMs);
    }
  }

  /** Throws the error again unless it is MongoDB's; says once that it is. */
  private assertWorthRepeating(error: unknown, pauseMs: number): void {
    if (!isDatabaseError(error)) throw error;
    if (pauseMs !== FIRST_PAUSE_MS) return;
    this.logger.warn('MongoDB does not answer; trying on while the lease is held', this.fields);
  }

  /** As `assertHeld`, and waits while MongoDB does not answer. */
  waitUntilHeld(): Promise<void> {
    return this.persist(() => Promise.resolve());
  }

  /** One question at a time, however many wait for its answer. */
  private ask(): Promise<void> {
    this.extending ??= this.askNow().finally(() => {
      this.extending = undefined;
    });
    return this.extending;
  }

  private async askNow(): Promise<void> {
    const askedAt = this.clock();
    const extended = await this.extend();
    if (extended === undefined) {
      this.isLost = true;
      throw new LeaseLostError();
    }
    this.extendedAt = askedAt;
    if (extended.isCancelled) this.cancel();
  }
}

/** The present moment. */
export function now(): Moment {
  return { monotonic: performance.now(), wall: Date.now() };
}

/** The time between two moments, also when the process or the machine stood still. */
export function elapsedMs(from: Moment, to: Moment): number {
  return Math.max(to.monotonic - from.monotonic, to.wall - from.wall);
}
