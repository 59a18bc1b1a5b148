import { existsSync } from 'node:fs';
import { addAudience } from '../support/audience.js';
import { expectSettled } from '../support/broadcasts.js';
import { CLICKED_ACTIONS, clickAway, countedOf } from '../support/clicking.js';
import { Installation } from '../support/installation.js';
import { type LoneMongod, startLoneMongod } from '../support/lone-mongod.js';
import { uuid } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

/** Debian's package `faketime`: https://manpages.debian.org/bookworm/faketime/faketime.1.en.html */
const FAKETIME = '/usr/bin/faketime';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** MongoDB's time when it is started is so long before midnight; the product starts meanwhile. */
const BEFORE_MS = 60_000;

/** The broadcast begins so long before midnight, and takes at least twice as long: see LATENCY_MS. */
const BEGINS_BEFORE_MS = 15_000;

/** Of each call of 100 contacts, of which 15 are in flight. */
const LATENCY_MS = 1_000;
const CONTACTS = 45_000;

/** How far MongoDB's clock is ahead: the product takes its times from there. */
let aheadMs: number;
let mongoDb: LoneMongod;
let product: Installation;

beforeAll(async () => {
  if (!existsSync(FAKETIME)) throw new Error('faketime is missing; on Debian: apt-get install faketime');
  const nowMs = Date.now();
  aheadMs = Math.floor((nextMidnight(nowMs) - BEFORE_MS - nowMs) / 1_000) * 1_000;
  mongoDb = await startLoneMongod([FAKETIME, '--exclude-monotonic', '-f', `${signed(aheadMs / 1_000)}s`]);
  product = await Installation.start('midnight', {
    latencyMs: LATENCY_MS,
    environment: { MONGODB_URI: mongoDb.uri, PUSH_API_TOKENS_LIMIT: '100' },
  });
});

afterAll(async () => {
  expect(await product.stopAndKeepData()).toEqual([0, 0]);
  await mongoDb.stop();
});

function nextMidnight(ms: number): number {
  return Math.ceil(ms / DAY_MS) * DAY_MS;
}

function signed(seconds: number): string {
  return seconds < 0 ? String(seconds) : `+${seconds}`;
}

function databaseMs(): number {
  return Date.now() + aheadMs;
}

it('counts each contact and click once in a broadcast across a full hour that is midnight UTC', async () => {
  const domain = 'midnight.example.com';
  const audience = await addAudience(product, domain, { tokens: CONTACTS });
  const contactIds = (await product.db.pick('push-contacts', { domain }, '_id')).map(({ _id }) => _id as string);
  const midnightMs = nextMidnight(databaseMs());
  expect(databaseMs()).toBeLessThan(midnightMs - BEGINS_BEFORE_MS);
  await waitFor(databaseMs, (ms) => ms >= midnightMs - BEGINS_BEFORE_MS);

  const messageId = await product.send(domain, { title: domain, actions: CLICKED_ACTIONS });
  const clicking = clickAway(product.api.url, contactIds, messageId, 2);
  await expectSettled(product, { title: domain, domain, audience, messageId });
  await waitFor(databaseMs, (ms) => ms > midnightMs + 5_000);
  await clicking.stop();

  expect(await countedOf(product, messageId)).toEqual(clicking.accepted);
  const hours = await product.db.pick('messageStats', { message_id: uuid(messageId) }, 'date', 'sent', 'click');
  expect(hours.map(({ date }) => (date as Date).getTime()).sort()).toEqual([midnightMs - HOUR_MS, midnightMs]);
  for (const { sent, click } of hours) expect([Number(sent) > 0, Number(click) > 0]).toEqual([true, true]);
  const range = `from=${toTime(midnightMs - DAY_MS)}&to=${toTime(midnightMs + DAY_MS)}`;
  const { body } = await product.askAsSuperUser(
    'GET',
    `/domains/${domain}/messages/stats/grouped?messageIds=${messageId}&${range}&period=day`,
  );
  const { periods } = body as { periods: { sent: number; click: number }[] };
  console.log(JSON.stringify(periods));
  expect(periods.map(({ sent }) => sent)).toEqual(
    hours.sort((one, other) => Number(one.date) - Number(other.date)).map(({ sent }) => Number(sent)),
  );
});

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
