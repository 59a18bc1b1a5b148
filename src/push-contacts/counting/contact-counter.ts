import { randomInt } from 'node:crypto';
import { Injectable, Scope } from '@nestjs/common';
import { chunk } from '../../core/async/chunk.js';
import { databaseDate } from '../../core/mongo/database-clock.js';
import { isDuplicateKey } from '../../core/mongo/duplicate-key.js';
import { type Transaction, Transactions } from '../../core/mongo/transactions.js';
import { ContactChanges } from './contact-changes.js';
import { ContactDaysRepository } from './contact-days.repository.js';
import { ContactTotalsRepository } from './contact-totals.repository.js';
import { HeldError, limitConflicts } from './held-contacts.js';
import { startOfDay } from './utc-days.js';

/** Of the services of all processes that change contacts, few meet in one lane. */
const LANES = 32;

/** Each one means that somebody else has stored the same token, or a day's document, at the same time. */
const MAX_DUPLICATES = 10;

const ENSURED_KEPT = 10_000;

/** Transactions that look at the same time for what is held; the driver has 100 connections. */
const TRIALS_AT_ONCE = 32;

/** Looks for what is held: more than one where something came to be held after the first. */
const MAX_SEARCHES = 3;

/** Changes contacts, and collects in `changes` what has changed. */
type Work<T> = (transaction: Transaction, changes: ContactChanges) => Promise<T>;

/** Changes the contacts of these items. */
type WorkOnItems<I> = (items: readonly I[], transaction: Transaction, changes: ContactChanges) => Promise<void>;

/** Ends a transaction that is not to be committed. */
class TrialEnd extends Error {}

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
   */
  async run<T>(work: Work<T>): Promise<T> {
    return this.attempt(work, 0);
  }

  /**
   * Commits the changes of `work` on all items as `run` does, except on those whose contacts another
   * transaction holds and goes on holding, as that of a process that was killed does for a minute. Resolves
   * with these; nothing of them is stored.
   *
   * @param items no two of them are of one contact. `work` also runs on single ones, without a commit.
   */
  async runOnEach<I>(items: readonly I[], work: WorkOnItems<I>): Promise<readonly I[]> {
    const held = new Set<I>();
    for (let search = 0; search <= MAX_SEARCHES; search += 1) {
      const rest = items.filter((item) => !held.has(item));
      if (rest.length === 0 || (await this.runOnAll(rest, work))) return [...held];
      for (const item of await this.findHeld(rest, work)) held.add(item);
    }
    return items;
  }

  /** False, with nothing stored, where another transaction holds contacts of them. */
  private async runOnAll<I>(items: readonly I[], work: WorkOnItems<I>): Promise<boolean> {
    const limited = limitConflicts(work);
    try {
      await this.run((transaction, changes) => limited(items, transaction, changes));
      return true;
    } catch (error) {
      if (!(error instanceof HeldError)) throw error;
      return false;
    }
  }

  /** Tries each by itself: halving would end a transaction for each of many held ones one after another. */
  private async findHeld<I>(items: readonly I[], work: WorkOnItems<I>): Promise<readonly I[]> {
    if (items.length === 1) return items;
    const held: I[] = [];
    for (const some of chunk(items, TRIALS_AT_ONCE)) {
      const areHeld = await Promise.all(some.map((item) => this.isHeld(item, work)));
      held.push(...some.filter((_, index) => areHeld[index]));
    }
    return held;
  }

  private async isHeld<I>(item: I, work: WorkOnItems<I>): Promise<boolean> {
    const limited = limitConflicts(work);
    try {
      await this.transactions.run(async (transaction) => {
        await limited([item], transaction, new ContactChanges());
        throw new TrialEnd();
      });
    } catch (error) {
      if (error instanceof HeldError) return true;
      // Who has inserted the token has committed, and holds nothing.
      if (!(error instanceof TrialEnd) && !isDuplicateKey(error)) throw error;
    }
    return false;
  }

  private async attempt<T>(work: Work<T>, duplicates: number): Promise<T> {
    let { lane } = this;
    let changed: readonly string[] = [];
    try {
      const stored = await this.transactions.run(async (transaction) => {
        const changes = new ContactChanges();
        const date = startOfDay(databaseDate());
        const result = await work(transaction, changes);
        changed = await this.ensure(changes);
        const chosen = { date, lane };
        // For a further attempt: a process that was killed may hold this one for a minute.
        lane = randomInt(LANES);
        // Last, because others increment the same documents.
        await this.days.add(changes, chosen, transaction);
        return result;
      });
      this.keep(changed);
      return stored;
    } catch (error) {
      if (!isDuplicateKey(error) || duplicates >= MAX_DUPLICATES) throw error;
      return this.attempt(work, duplicates + 1);
    }
  }

  /** Lets domains be counted that may get their first contact. Resolves with those it did not know. */
  private async ensure(changes: ContactChanges): Promise<readonly string[]> {
    const unknown = changes.growingDomains.filter((domain) => !this.ensured.has(domain));
    await this.totals.ensure(unknown);
    return unknown;
  }

  private keep(domains: readonly string[]): void {
    if (this.ensured.size + domains.length > ENSURED_KEPT) this.ensured.clear();
    for (const domain of domains) this.ensured.add(domain);
  }
}
