import { Injectable } from '@nestjs/common';
import { type ContactDay, ContactDaysRepository } from './contact-days.repository.js';
import { type ContactTotals, ContactTotalsRepository, type CountedDomain } from './contact-totals.repository.js';

/** The contacts of a domain, and the days since the earliest that was asked for or counted with. */
export interface DomainDays {
  readonly totals: ContactTotals;
  readonly countedSince: Date;
  readonly days: readonly ContactDay[];
}

/** Reads how many contacts domains have from their counters, without reading contacts. */
@Injectable()
export class ContactCountsReader {
  constructor(
    private readonly stored: ContactTotalsRepository,
    private readonly days: ContactDaysRepository,
  ) {}

  /** Finds the totals of domains. A domain that was not counted yet has no entry. */
  async findTotals(domains: readonly string[]): Promise<Map<string, ContactTotals>> {
    const counted = await this.stored.find(domains);
    if (counted.size === 0) return new Map();
    const earliest = Math.min(...[...counted.values()].map(({ from }) => from.getTime()));
    const days = await this.days.sumSince([...counted.keys()], new Date(earliest));
    const ofDomain = (name: string): ContactDay[] => days.filter(({ domain }) => domain === name);
    return new Map([...counted].map(([name, each]) => [name, addDays(each, ofDomain(name))]));
  }

  /** Finds the totals of a domain and its days since `since`, or earlier; undefined while not counted. */
  async findDays(domain: string, since: Date): Promise<DomainDays | undefined> {
    const counted = (await this.stored.find([domain])).get(domain);
    if (counted === undefined) return undefined;
    const days = await this.days.sumSince([domain], new Date(Math.min(since.getTime(), counted.from.getTime())));
    return { totals: addDays(counted, days), countedSince: counted.countedSince, days };
  }
}

/** Adds the days since it was counted to what was counted. */
export function addDays(counted: Omit<CountedDomain, 'countedSince'>, days: readonly ContactDay[]): ContactTotals {
  const { totals, from } = counted;
  const later = days.filter(({ date }) => date >= from);
  return {
    active: later.reduce((sum, { active }) => sum + active, totals.active),
    deleted: later.reduce((sum, { deleted }) => sum + deleted, totals.deleted),
    unsubscribed: later.reduce((sum, { left }) => sum + left, totals.unsubscribed),
  };
}
