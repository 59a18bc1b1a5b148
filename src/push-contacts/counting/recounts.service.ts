import { Injectable, Logger } from '@nestjs/common';
import { chunk } from '../../core/async/chunk.js';
import { databaseDate, databaseNow } from '../../core/mongo/database-clock.js';
import { type Transaction, Transactions } from '../../core/mongo/transactions.js';
import { contactCountCorrections } from '../../core/metrics/contact.metrics.js';
import { logFields } from '../../core/process/log-fields.js';
import { ContactQueriesRepository } from '../contact-queries.repository.js';
import { addDays } from './contact-counts.reader.js';
import { ContactDaysRepository } from './contact-days.repository.js';
import { type ContactTotals, ContactTotalsRepository } from './contact-totals.repository.js';
import { DAY_MS, startOfDay } from './utc-days.js';

/** Counters that agree with the contacts are compared again after a day. */
const CHECK_AFTER_MS = DAY_MS;

/** After a first count, and where somebody changes contacts who does not count them. */
const CHECK_SOON_MS = 600_000;

/** When a worker that has not ended a count is taken for dead. */
const LEASE_MS = 120_000;

/** No further count is begun after this time: who calls has other work to do as well. */
const BEGIN_WITHIN_MS = 2_000;

const DISCOVER_EVERY_MS = 3_600_000;
const DOMAINS_AT_ONCE = 1_000;
const LOG_EVERY_MS = 60_000;

/**
 * Counts the contacts of each domain once, and again each day. It reads contacts and counters in one
 * snapshot, so that whoever changes both in one transaction meanwhile is counted once: before the snapshot by
 * what is counted, after it by the days. Counting twice, or at the same time, changes nothing.
 */
@Injectable()
export class RecountsService {
  private readonly logger = new Logger('ContactCounts');
  private discoveredAt = Number.NEGATIVE_INFINITY;
  private loggedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly contacts: ContactQueriesRepository,
    private readonly totals: ContactTotalsRepository,
    private readonly days: ContactDaysRepository,
    private readonly transactions: Transactions,
  ) {}

  /** Counts domains that are due, for a few seconds; finds new ones once an hour. */
  async countDue(): Promise<void> {
    const until = performance.now() + BEGIN_WITHIN_MS;
    if (performance.now() - this.discoveredAt >= DISCOVER_EVERY_MS) await this.discover();
    while (performance.now() < until) {
      const domain = await this.totals.takeDue(LEASE_MS);
      if (domain === undefined) return;
      await this.count(domain);
    }
  }

  /** Those whose contacts were stored by somebody who does not count. */
  private async discover(): Promise<void> {
    for (const names of chunk(await this.contacts.allDomainNames(), DOMAINS_AT_ONCE)) await this.totals.ensure(names);
    this.discoveredAt = performance.now();
  }

  /** Counts the contacts of a domain in one snapshot, and stores that. */
  async count(domain: string): Promise<void> {
    const corrected = await this.transactions.runOnSnapshot((transaction) => this.countWithin(domain, transaction));
    if (corrected === 0) return;
    contactCountCorrections.inc(corrected);
    if (performance.now() - this.loggedAt < LOG_EVERY_MS) return;
    this.loggedAt = performance.now();
    this.logger.warn(
      `The counters of the domain ${JSON.stringify(domain)} differed by ${corrected} contacts and were corrected: ` +
        'another program, or an older version, changes contacts and does not count them.',
      logFields({ domain }),
    );
  }

  /** Resolves with the number of contacts by which the counters differed. */
  private async countWithin(domain: string, transaction: Transaction): Promise<number> {
    const now = databaseNow();
    const counted = await this.contacts.countIn(domain, transaction);
    const before = (await this.totals.find([domain], transaction)).get(domain);
    const hasNone = before !== undefined && counted.active + counted.deleted === 0;
    if (hasNone && !(await this.days.hasAny(domain, transaction))) {
      await this.totals.remove(domain, transaction);
      return 0;
    }
    // A day earlier, because a transaction may count for the day in which it began.
    const from = startOfDay(now - DAY_MS);
    const earliest = before !== undefined && before.from < from ? before.from : from;
    const days = await this.days.sumSince([domain], earliest, transaction);
    const sinceFrom = addDays({ totals: NONE, from }, days);
    const drift = before === undefined ? NONE : subtract(counted, addDays(before, days));
    const isSteady = before !== undefined && sizeOf(drift) === 0;
    await this.totals.save(
      domain,
      { totals: subtract(counted, sinceFrom), from, countedSince: before?.countedSince ?? databaseDate() },
      new Date(now + (isSteady ? CHECK_AFTER_MS : CHECK_SOON_MS)),
      transaction,
    );
    if (drift.active !== 0) await this.days.addCorrection(domain, startOfDay(now), drift.active, transaction);
    return sizeOf(drift);
  }
}

const NONE: ContactTotals = { active: 0, deleted: 0, unsubscribed: 0 };

function subtract(one: ContactTotals, other: ContactTotals): ContactTotals {
  return {
    active: one.active - other.active,
    deleted: one.deleted - other.deleted,
    unsubscribed: one.unsubscribed - other.unsubscribed,
  };
}

function sizeOf({ active, deleted, unsubscribed }: ContactTotals): number {
  return Math.max(...[active, deleted, unsubscribed].map(Math.abs));
}
