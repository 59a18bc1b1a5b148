import { randomUUID } from 'node:crypto';
import { type TestDatabase, uuid } from '../../support/test-database.js';

const HOUR_MS = 3_600_000;
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

/** Stores messages of a domain; most receipts and clicks are of a message's first hours. */
export async function seedMessages(
  db: TestDatabase,
  domain: string,
  messages: readonly SeededMessage[],
): Promise<void> {
  const seeds = messages.map((message) => ({ ...message, messageId: uuid(randomUUID()) }));
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
}

/** Growth as the API returns it, for `days` days up to today. */
export function growthOf(days: number, last: number): object {
  const today = Math.floor(Date.now() / (24 * HOUR_MS)) * 24 * HOUR_MS;
  const items = Array.from({ length: days }, (_, day) => ({
    date: new Date(today - (days - 1 - day) * 24 * HOUR_MS).toISOString().slice(0, 10),
    registered: 40 + ((day * 7) % 23),
    returned: day % 3,
    pruned: day % 11,
    unsubscribed: day % 5,
    erased: 0,
    active: last - (days - 1 - day) * 42 - ((day * 5) % 13),
  }));
  return { countedSince: `${items[0]?.date ?? ''}T00:00:00.000Z`, items };
}
