import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { databaseNow } from '../core/mongo/database-clock.js';
import { type Transaction, Transactions } from '../core/mongo/transactions.js';
import { type CountedMessage, MessageDaysRepository } from './message-days.repository.js';
import { MessageHoursRepository } from './message-hours.repository.js';
import { DAY_MS, type DayRange, dayOf, type Days, startOf } from './packed-days.js';
import { RollUpsRepository, type RollUpRun, type TakenRollUp } from './roll-ups.repository.js';

/** Days are rolled up so long after their end: twice the time after which a count for one is late. */
const GRACE_MS = 1_800_000;

/** A count for a day that has ended longer ago than this marks the day. No transaction lasts as long. */
export const LATE_MS = GRACE_MS / 2;

/** Days that are rolled up again: a process of an older version counts late ones without marking them. */
const AGAIN_DAYS = 2;

/** When a worker that has not ended its turn is taken for dead. */
const LEASE_MS = 120_000;

/** A turn ends after this time: who calls has other work to do as well. */
const TURN_MS = 2_000;

/** While there is nothing to do, it is looked for stale days so often. */
const IDLE_MS = 60_000;

const STALE_AT_ONCE = 100;

/**
 * Rolls up the hours of each message into days once these are over: reports of many messages read a document
 * of each instead of thousands. A day is the sum of its hours in one snapshot. What is counted later marks it
 * in its own transaction, and conflicts with a roll-up at the same time; so no count is lost or doubled,
 * whatever is killed, and doing all of it again changes nothing.
 */
@Injectable()
export class RollUpsService {
  private isEnsured = false;

  constructor(
    private readonly rollUps: RollUpsRepository,
    private readonly days: MessageDaysRepository,
    private readonly hours: MessageHoursRepository,
    private readonly transactions: Transactions,
    private readonly config: Config,
  ) {}

  /** Continues with the roll-up for a few seconds, unless nothing is to be done or another worker does it. */
  async rollUpDue(): Promise<void> {
    if (!this.isEnsured) await this.rollUps.ensure();
    this.isEnsured = true;
    const taken = await this.rollUps.takeDue(LEASE_MS);
    if (taken === undefined) return;
    const endMs = performance.now() + TURN_MS;
    const run = taken.run ?? nextRun(taken.rolledUntil);
    if (run === undefined) {
      await this.rollUpStale(taken);
      await this.rollUps.save(taken, new Date(databaseNow() + IDLE_MS));
      return;
    }
    await this.rollUps.save({ ...taken, ...(await this.continue(run, taken, endMs)) }, new Date(databaseNow()));
  }

  /** What is left of the run, and until when all days are rolled up. */
  private async continue(
    run: RollUpRun,
    { rolledUntil }: TakenRollUp,
    endMs: number,
  ): Promise<Pick<TakenRollUp, 'run' | 'rolledUntil'>> {
    let { after } = run;
    while (performance.now() < endMs) {
      const message = await this.hours.findMessageAfter(after);
      if (message === undefined) return { run: undefined, rolledUntil: run.to };
      if (await this.hours.hasAny(message, run)) await this.rollUp(message, run.from, run.to);
      after = message;
    }
    return { run: { ...run, after }, rolledUntil };
  }

  private async rollUpStale({ rolledUntil }: TakenRollUp): Promise<void> {
    if (rolledUntil === undefined) return;
    for (const message of await this.days.findStale(STALE_AT_ONCE)) {
      await this.rollUp(message, rolledUntil, rolledUntil);
    }
  }

  /** Rolls up the days in `[from, to)`, and those before that are stale. */
  private async rollUp(message: CountedMessage, from: Date, to: Date): Promise<void> {
    await this.days.ensure([message], to);
    await this.transactions.run((transaction) =>
      this.write(message, { from: dayOf(from), to: dayOf(to) }, transaction),
    );
  }

  private async write(message: CountedMessage, { from, to }: DayRange, transaction: Transaction): Promise<void> {
    const before = await this.days.findOne(message, transaction);
    const staleFrom = before?.staleFrom === undefined ? from : dayOf(before.staleFrom);
    // This worker was frozen, and another one has rolled up more since: what is stale is not summed here.
    if (staleFrom >= to && before?.staleFrom !== undefined) return;
    const range = { from: Math.min(from, staleFrom), to };
    const summed = await this.hours.sumByDay(message, range, transaction);
    const keptFrom = dayOf(databaseNow()) - this.config.messageStatsRetentionDays - 1;
    const kept = [...(before?.days ?? [])].filter(([day]) => day >= keptFrom && (day < range.from || day >= range.to));
    const days: Days = new Map([...kept, ...summed]);
    await this.days.save(message, days, transaction);
  }
}

/** The run that rolls up all days that are over; undefined when they are. */
function nextRun(rolledUntil: Date | undefined): RollUpRun | undefined {
  const to = startOf(dayOf(databaseNow() - GRACE_MS));
  if (rolledUntil === undefined) return { from: new Date(0), to, after: null };
  if (rolledUntil >= to) return undefined;
  return { from: new Date(rolledUntil.getTime() - AGAIN_DAYS * DAY_MS), to, after: null };
}
