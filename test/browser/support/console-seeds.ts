import { randomUUID } from 'node:crypto';
import { type TestDatabase, uuid } from '../../support/test-database.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SHOWN_HOURS = 24;

/** A message as it is stored once its delivery is done. */
export interface SeededMessage {
  readonly title: string;
  readonly insertedAt: Date;
  readonly sent: number;
  readonly delivered: number;
  readonly received: number;
  readonly clicks: number;
}

/** Stores messages of a domain, with most receipts and clicks in the first hours. Returns their ids. */
export async function seedMessages(
  db: TestDatabase,
  domain: string,
  messages: readonly SeededMessage[],
): Promise<string[]> {
  const ids = messages.map(() => randomUUID());
  const seeds = messages.map((message, at) => ({ ...message, messageId: uuid(ids[at] ?? '') }));
  await db.insert(
    'messages',
    seeds.map(({ messageId, title, insertedAt, sent, delivered, received, clicks }) => ({
      _id: Math.floor(insertedAt.getTime()).toString(16).padStart(24, '0'),
      message_id: messageId,
      domain,
      title,
      body: 'Everything at half price until Sunday.',
      sent,
      delivered,
      not_delivered: sent - delivered,
      received,
      clicks,
      inserted_date: insertedAt,
    })),
  );
  await db.insert(
    'messageStats',
    seeds.flatMap(({ messageId, insertedAt, received, clicks }) =>
      Array.from({ length: SHOWN_HOURS }, (_, hour) => ({
        domain,
        message_id: messageId,
        date: new Date(Math.floor(insertedAt.getTime() / HOUR_MS) * HOUR_MS + hour * HOUR_MS),
        received: Math.round((received * 0.4) / (hour + 1)),
        click: Math.round((clicks * 0.4) / (hour + 1)),
      })),
    ),
  );
  return ids;
}

/**
 * Counts the contacts of a domain as the product has counted them for `days` days up to today: `active` of
 * them are left, and nothing counts them again.
 */
export async function seedGrowth(
  db: TestDatabase,
  domain: string,
  { days, active, deleted = 0 }: { days: number; active: number; deleted?: number },
): Promise<void> {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const firstDay = new Date(today - (days - 1) * DAY_MS);
  const counted = Array.from({ length: days }, (_, day) => growthOfDay(day));
  const sum = (name: 'active' | 'deleted'): number => counted.reduce((total, each) => total + each[name], 0);
  await db.insert('contactTotals', [
    {
      _id: domain,
      active: active - sum('active'),
      deleted: deleted - sum('deleted'),
      left: 0,
      from: firstDay,
      counted_since: firstDay,
      counted_at: firstDay,
      due_at: new Date(today + 365 * DAY_MS),
    },
  ]);
  const dates = counted.map((_, day) => new Date(firstDay.getTime() + day * DAY_MS));
  await db.insert(
    'contactDays',
    counted.map((each, day) => ({ domain, date: dates[day], lane: 0, ...each })),
  );
}

interface SeededDay {
  readonly registered: number;
  readonly returned: number;
  readonly pruned: number;
  readonly unsubscribed: number;
  readonly active: number;
  readonly deleted: number;
  readonly left: number;
}

/** A day of a shop that grows: more on its weekends, with a sale in the middle of each month. */
function growthOfDay(day: number): SeededDay {
  const registered = 60 + ((day * 7) % 23) + (day % 7 > 4 ? 35 : 0) + (day % 30 === 15 ? 120 : 0);
  const [returned, pruned, unsubscribed] = [day % 3, 9 + (day % 11), 3 + (day % 5)];
  const lost = pruned + unsubscribed;
  const gained = registered + returned;
  return {
    ...{ registered, returned, pruned, unsubscribed },
    active: gained - lost,
    deleted: lost - returned,
    left: unsubscribed,
  };
}
