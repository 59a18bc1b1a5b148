import { Injectable } from '@nestjs/common';
import { databaseDate, databaseNow } from '../../core/mongo/database-clock.js';
import { AppError, invalidProperty } from '../../core/errors/errors.js';
import { DomainsReader } from '../../domain-configuration/domains.reader.js';
import { ContactQueriesService } from '../contact-queries.service.js';
import { ContactCountsReader, type DomainDays } from './contact-counts.reader.js';
import { KEPT_DAYS } from './contact-days.schema.js';
import type { GrowthDayResponse, GrowthQuery, GrowthResponse } from './growth.dto.js';
import { DAY_MS, startOfDay } from './utc-days.js';

const MAX_DAYS = 400;
const DEFAULT_DAYS = 30;

const UNCHANGED = {
  registered: 0,
  returned: 0,
  pruned: 0,
  unsubscribed: 0,
  erased: 0,
  active: 0,
  corrected: 0,
};

/** The first and the last day, each as its beginning in ms. */
interface Days {
  readonly first: number;
  readonly last: number;
}

/** Says how the contacts of a domain have grown, day by day. */
@Injectable()
export class GrowthService {
  constructor(
    private readonly domains: DomainsReader,
    private readonly contacts: ContactQueriesService,
    private readonly counts: ContactCountsReader,
  ) {}

  /**
   * Returns a domain's days from that of `from` to that of `to`. Throws `validation_failed` when `from` is
   * after `to`, or the days are more than 400, and `resource_not_found` for a domain that has neither a
   * configuration nor contacts.
   */
  async find(domain: string, query: GrowthQuery): Promise<GrowthResponse> {
    const asked = toDays(query);
    const found = await this.counts.findDays(domain, new Date(asked.first));
    if (!(await this.exists(domain, found))) {
      throw new AppError('resource_not_found', 'There is no domain of this name.');
    }
    if (found === undefined) return { countedSince: null, items: [] };
    const known = { ...found, countedSince: toKnown(found.countedSince) };
    return { countedSince: known.countedSince, items: toItems(known, asked) };
  }

  private async exists(domain: string, found: DomainDays | undefined): Promise<boolean> {
    if (found !== undefined && found.totals.active + found.totals.deleted > 0) return true;
    return (await this.domains.find(domain)) !== undefined || (await this.contacts.hasContacts(domain));
  }
}

function toDays({ from, to = databaseDate() }: GrowthQuery): Days {
  if (from !== undefined && from > to) throw invalidProperty('from', 'must not be after to');
  const last = startOfDay(to).getTime();
  const first = from === undefined ? last - (DEFAULT_DAYS - 1) * DAY_MS : startOfDay(from).getTime();
  if (last - first >= MAX_DAYS * DAY_MS) throw invalidProperty('from', `must be less than ${MAX_DAYS} days before to`);
  return { first, last };
}

/** Days that have expired are unknown, as those before counting began are. */
function toKnown(countedSince: Date): Date {
  const oldest = startOfDay(databaseNow() - (KEPT_DAYS - 1) * DAY_MS);
  return countedSince > oldest ? countedSince : oldest;
}

/** From the last day backwards, since what is known is how many contacts are active now. */
function toItems({ totals, countedSince, days }: DomainDays, { first, last }: Days): GrowthDayResponse[] {
  const byDay = new Map(days.map((day) => [day.date.getTime(), day]));
  const today = Math.max(startOfDay(databaseDate()).getTime(), ...byDay.keys());
  const earliest = Math.max(first, startOfDay(countedSince).getTime());
  const items: GrowthDayResponse[] = [];
  let { active } = totals;
  for (let day = today; day >= earliest; day -= DAY_MS) {
    const { active: added, corrected, ...counts } = byDay.get(day) ?? UNCHANGED;
    const { registered, returned, pruned, unsubscribed, erased } = counts;
    const date = new Date(day).toISOString().slice(0, 10);
    const item = { date, registered, returned, pruned, unsubscribed, erased, active };
    if (day <= last) items.unshift({ ...item, ...(corrected !== 0 && { corrected }) });
    active -= added + corrected;
  }
  return items;
}
