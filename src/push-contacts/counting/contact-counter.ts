import { randomInt } from 'node:crypto';
import { Injectable, Scope } from '@nestjs/common';
import { databaseDate } from '../../core/mongo/database-clock.js';
import { isDuplicateKey } from '../../core/mongo/duplicate-key.js';
import { type Transaction, Transactions } from '../../core/mongo/transactions.js';
import { ContactChanges } from './contact-changes.js';
import { ContactDaysRepository } from './contact-days.repository.js';
import { ContactTotalsRepository } from './contact-totals.repository.js';
import { startOfDay } from './utc-days.js';

/** Of the services of all processes that change contacts, few meet in one lane. */
const LANES = 32;

/** Each one means that somebody else has stored the same token, or a day's document, at the same time. */
const MAX_DUPLICATES = 10;

const ENSURED_KEPT = 10_000;

/** Changes contacts, and collects in `changes` what has changed. */
type Work<T> = (transaction: Transaction, changes: ContactChanges) => Promise<T>;

/**
 * Counts changes of contacts in the transaction that makes them, so that neither is stored without the other.
 * Each service that changes contacts has a counter, and with it a lane, of its own: two that increment the
 * same document would wait for each other, and one of them begin again.
 */
@Injectable({ scope: Scope.TRANSIENT })
export class ContactCounter {
  private readonly lane = randomInt(LANES);
  private readonly ensured = new Set<string>();

  constructor(
    private readonly transactions: Transactions,
    private readonly days: ContactDaysRepository,
    private readonly totals: ContactTotalsRepository,
  ) {}

  /**
   * Commits the changes of `work` and their counts, or nothing. As in `Transactions.run`, `work` runs again
   * after a conflict; here also after a duplicate key.
   *
   * @param newDomains may get their first contact by it.
   */
  async run<T>(work: Work<T>, newDomains: Iterable<string> = []): Promise<T> {
    await this.ensure(newDomains);
    return this.attempt(work, 0);
  }

  private async attempt<T>(work: Work<T>, duplicates: number): Promise<T> {
    let { lane } = this;
    try {
      return await this.transactions.run(async (transaction) => {
        const changes = new ContactChanges();
        const date = startOfDay(databaseDate());
        const result = await work(transaction, changes);
        const chosen = { date, lane };
        // For a further attempt: a process that was killed may hold this one for a minute.
        lane = randomInt(LANES);
        // Last, because others increment the same documents.
        await this.days.add(changes, chosen, transaction);
        return result;
      });
    } catch (error) {
      if (!isDuplicateKey(error) || duplicates >= MAX_DUPLICATES) throw error;
      return this.attempt(work, duplicates + 1);
    }
  }

  private async ensure(domains: Iterable<string>): Promise<void> {
    const unknown = [...new Set(domains)].filter((domain) => !this.ensured.has(domain));
    await this.totals.ensure(unknown);
    if (this.ensured.size + unknown.length > ENSURED_KEPT) this.ensured.clear();
    for (const domain of unknown) this.ensured.add(domain);
  }
}
