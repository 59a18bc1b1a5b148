import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { databaseNow } from '../core/mongo/database-clock.js';
import { HOUR_MS } from './hourly-bucket.js';
import { MessageDaysRepository, type RolledUpDays } from './message-days.repository.js';
import { DAY_MS, type DayRange, dayOf, DaySums, startOf } from './packed-days.js';
import { addReports, NO_COUNTS, type ReportCounts } from './report-counts.js';
import { type DayCounts, type Period, ReportsRepository } from './reports.repository.js';
import { RollUpsRepository } from './roll-ups.repository.js';

/**
 * Sums counters by day: whole days from what is rolled up, and both ends of the period from hours.
 * What is counted meanwhile is in neither or in one of them.
 */
@Injectable()
export class DayCountsReader {
  constructor(
    private readonly reports: ReportsRepository,
    private readonly days: MessageDaysRepository,
    private readonly rollUps: RollUpsRepository,
    private readonly config: Config,
  ) {}

  /** Sums the hours of messages that begin in the period and are still kept, by day, ascending. */
  async sum(domain: string, messageIds: readonly string[], period: Period): Promise<DayCounts[]> {
    const range = await this.findRolledUp(period);
    if (range === undefined) return sumUp(await this.reports.sumByDay(domain, messageIds, period));
    const [rolledUp, before, after] = await Promise.all([
      this.days.find(domain, messageIds),
      this.sumHours(domain, messageIds, { from: period.from, to: lastBefore(range.from) }),
      this.sumHours(domain, messageIds, { from: startOf(range.to), to: period.to }),
    ]);
    const staleFrom = findStaleFrom(rolledUp, range);
    const staleIds = rolledUp.flatMap((each) => (isStale(each, range) ? [each.messageId] : []));
    const stale = await this.sumHours(domain, staleIds, { from: startOf(staleFrom), to: lastBefore(range.to) });
    const sums = new DaySums(range);
    for (const each of rolledUp) sums.add(each.packed, isStale(each, range) ? staleFrom : range.to);
    return sumUp([...before, ...stale, ...after, ...[...sums.toDays()].map(toDayCounts)]);
  }

  /** The whole days of the period that are rolled up and all of whose hours are kept; undefined for none. */
  private async findRolledUp({ from, to }: Period): Promise<DayRange | undefined> {
    const rolledUntil = await this.rollUps.findRolledUntil();
    if (rolledUntil === undefined) return undefined;
    const keptFromMs = databaseNow() - this.config.messageStatsRetentionDays * DAY_MS;
    const first = Math.ceil(Math.max(from.getTime(), keptFromMs) / DAY_MS);
    // A day is whole when its last hour begins within the period.
    const end = Math.min(dayOf(to.getTime() + HOUR_MS), dayOf(rolledUntil));
    return first < end ? { from: first, to: end } : undefined;
  }

  private async sumHours(domain: string, messageIds: readonly string[], period: Period): Promise<DayCounts[]> {
    if (period.from > period.to || messageIds.length === 0) return [];
    return this.reports.sumByDay(domain, messageIds, period);
  }
}

function lastBefore(day: number): Date {
  return new Date(startOf(day).getTime() - 1);
}

function isStale({ staleFrom }: RolledUpDays, { to }: DayRange): boolean {
  return staleFrom !== undefined && dayOf(staleFrom) < to;
}

/** From this day on, stale messages are read from hours. */
function findStaleFrom(rolledUp: readonly RolledUpDays[], { from, to }: DayRange): number {
  const days = rolledUp.flatMap(({ staleFrom }) => (staleFrom === undefined ? [] : [dayOf(staleFrom)]));
  return Math.max(from, Math.min(to, ...days));
}

function toDayCounts([day, counts]: [number, readonly number[]]): DayCounts {
  const [sent = 0, delivered = 0, notDelivered = 0, received = 0, ...rest] = counts;
  const [click = 0, actionClick = 0, billableSends = 0, wrongKey = 0] = rest;
  const sending = { sent, delivered, notDelivered, billableSends, wrongKey };
  return { date: startOf(day), counts: { ...sending, received, click, actionClick } };
}

/** Adds up what is of one day. */
function sumUp(counted: readonly DayCounts[]): DayCounts[] {
  const days = new Map<number, ReportCounts>();
  for (const { date, counts } of counted) {
    const ms = date.getTime();
    days.set(ms, addReports(days.get(ms) ?? NO_COUNTS, counts));
  }
  return [...days]
    .map(([ms, counts]) => ({ date: new Date(ms), counts }))
    .sort((one, other) => +one.date - +other.date);
}
