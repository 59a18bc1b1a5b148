import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { WriteCoalescer } from '../core/async/write-coalescer.js';
import type { Transaction } from '../core/mongo/transactions.js';
import { lostAuditOutcomes } from '../core/process/metrics.js';
import { type AuditEntry, type AuditOutcome, AuditRepository } from './audit.repository.js';

const MAX_WRITES_PER_FLUSH = 500;

/** Outcomes that come within this time are written together, so that calls pay little for them. */
const GATHER_MS = 500;

/** At most one line in this time. */
const LOG_EVERY_MS = 60_000;

/** Writes entries, and their outcomes: those of many calls together. */
@Injectable()
export class AuditLog implements OnApplicationShutdown {
  private readonly logger = new Logger('Audit');
  private readonly outcomes: WriteCoalescer<AuditOutcome>;
  private readonly writing = new Set<Promise<void>>();
  private readonly ending = new AbortController();
  private loggedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly repository: AuditRepository) {
    this.outcomes = new WriteCoalescer((outcomes) => this.writeOutcomes(outcomes), MAX_WRITES_PER_FLUSH);
  }

  /** Resolves when the entry is stored; storing it twice changes nothing. */
  store(entry: AuditEntry): Promise<void> {
    // At once: a response waits for it, and so would a change for others.
    return this.repository.insert(entry);
  }

  storeWithin(entry: AuditEntry, transaction: Transaction): Promise<void> {
    return this.repository.insertWithin(entry, transaction);
  }

  /** Adds the outcome to a stored entry. Nobody waits for it: without one, an entry says what was called. */
  addOutcome(outcome: AuditOutcome): void {
    const written = this.outcomes
      .add(outcome)
      .catch(() => {
        this.tellLost();
      })
      .finally(() => this.writing.delete(written));
    this.writing.add(written);
  }

  async onApplicationShutdown(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.writing);
  }

  private async writeOutcomes(outcomes: readonly AuditOutcome[]): Promise<void> {
    await this.repository.setOutcomes(outcomes);
    if (outcomes.length === MAX_WRITES_PER_FLUSH) return;
    await sleep(GATHER_MS, undefined, { signal: this.ending.signal }).catch(() => undefined);
  }

  private tellLost(): void {
    lostAuditOutcomes.inc();
    if (performance.now() - this.loggedAt < LOG_EVERY_MS) return;
    this.loggedAt = performance.now();
    this.logger.warn('MongoDB does not take outcomes of calls: their audit entries stay without a status');
  }
}
