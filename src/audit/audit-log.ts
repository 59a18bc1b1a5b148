import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { WriteCoalescer } from '../core/async/write-coalescer.js';
import { AppError } from '../core/errors/errors.js';
import { readProperty } from '../core/errors/read-property.js';
import { isDatabaseUnreachable } from '../core/mongo/database-unreachable.js';
import type { CombinedWrites } from '../core/mongo/combined-writes.js';
import { lostAuditOutcomes, refusedAuditEntries } from '../core/metrics/access.metrics.js';
import { type AuditEntry, AuditRepository } from './audit.repository.js';

const MAX_WRITES_PER_FLUSH = 500;

/** Outcomes that come within this time are written together, so that calls pay little for them. */
const GATHER_MS = 500;

/** At most one line of a kind in this time. */
const LOG_EVERY_MS = 60_000;

/** Writes entries, and their outcomes: those of many calls together. */
@Injectable()
export class AuditLog implements OnApplicationShutdown {
  private readonly logger = new Logger('Audit');
  private readonly outcomes: WriteCoalescer<AuditEntry>;
  private readonly writing = new Set<Promise<void>>();
  private readonly ending = new AbortController();
  private readonly loggedAt = new Map<string, number>();

  constructor(private readonly repository: AuditRepository) {
    const write = this.writeOutcomes.bind(this);
    this.outcomes = new WriteCoalescer('audit-outcomes', write, MAX_WRITES_PER_FLUSH);
  }

  /**
   * Resolves when the entry is stored, in place of what is stored of it. Throws `database_unavailable` when
   * MongoDB does not take it.
   */
  async store(entry: AuditEntry): Promise<void> {
    await this.repository.save(entry).catch((error: unknown) => {
      throw this.refuse(error);
    });
  }

  /** Adds the entry to writes, which fail with `database_unavailable` when MongoDB does not take it. */
  addTo(writes: CombinedWrites, entry: AuditEntry): void {
    this.repository.add(entry, writes, (error) => (isDatabaseUnreachable(error) ? error : this.refuse(error)));
  }

  /** Completes a stored entry. Nobody waits for it: without a status, an entry says what was called. */
  addOutcome(outcome: AuditEntry): void {
    const written = this.outcomes
      .add(outcome)
      .catch(() => {
        lostAuditOutcomes.inc();
        this.tell('MongoDB does not take outcomes of calls: their audit entries stay without a status');
      })
      .finally(() => this.writing.delete(written));
    this.writing.add(written);
  }

  async onApplicationShutdown(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.writing);
  }

  private async writeOutcomes(outcomes: readonly AuditEntry[]): Promise<void> {
    await this.repository.saveAll(outcomes);
    if (outcomes.length === MAX_WRITES_PER_FLUSH) return;
    await sleep(GATHER_MS, undefined, { signal: this.ending.signal }).catch(() => undefined);
  }

  private refuse(error: unknown): AppError {
    refusedAuditEntries.inc();
    const code = readProperty(error, 'code');
    const reason = typeof code === 'number' ? `code ${code}` : 'unreachable';
    this.tell(`MongoDB does not take audit entries (${reason}): changes are answered 503`);
    const problem = new AppError('database_unavailable', 'The audit log cannot be written; try again.');
    problem.cause = error;
    return problem;
  }

  private tell(line: string): void {
    const now = performance.now();
    if (now - (this.loggedAt.get(line) ?? Number.NEGATIVE_INFINITY) < LOG_EVERY_MS) return;
    this.loggedAt.set(line, now);
    this.logger.warn(line);
  }
}
