import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addAudience } from '../support/audience.js';
import { type Broadcast, expectSettled } from '../support/broadcasts.js';
import { CLICKED_ACTIONS, countedOf } from '../support/clicking.js';
import { request } from '../support/http.js';
import { Installation } from '../support/installation.js';
import { signedPath } from '../support/link-signatures.js';
import { type StoredDocument, uuid } from '../support/test-database.js';
import { waitFor } from '../support/wait-for.js';

const HOUR_MS = 3_600_000;
const MIDNIGHT_MS = Math.floor(Date.now() / (24 * HOUR_MS)) * 24 * HOUR_MS;

/** A broadcast begins so long before its boundary: a busy machine records its first outcomes by then. */
const AHEAD_MS = 12_000;

/** Contacts that call each kind of link before the boundary, and after it. */
const CLICKERS = 20;

/** Names of one count in `messageStats` and in reports. */
const NAMES = {
  sent: 'sent',
  delivered: 'delivered',
  not_delivered: 'notDelivered',
  billable_sends: 'billableSends',
  received: 'received',
  click: 'click',
  action_click: 'actionClick',
  wrong_key: 'wrongKey',
} as const;

type Counts = Record<(typeof NAMES)[keyof typeof NAMES], number>;

let folder: string;
let product: Installation;
let shiftMs: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'push-contact-clock-'));
  await writeShift(MIDNIGHT_MS - 2 * HOUR_MS);
  const clock = new URL('../support/clock-shift.mjs', import.meta.url);
  clock.searchParams.set('file', join(folder, 'shift'));
  product = await Installation.start('midnight', {
    environment: { NODE_OPTIONS: `--import=${clock.href}`, PUSH_API_TOKENS_LIMIT: '100' },
  });
});

afterAll(async () => {
  expect(await product.stop()).toEqual([0, 0]);
  await rm(folder, { recursive: true, force: true });
});

async function writeShift(nowMs: number): Promise<void> {
  shiftMs = nowMs - Date.now();
  await writeFile(join(folder, 'shift'), String(shiftMs));
}

/** Sets the clock of all processes, and that of MongoDB as they are told it. */
async function setClock(nowMs: number): Promise<void> {
  await writeShift(nowMs);
  for (const { pid } of product.running()) process.kill(pid, 'SIGUSR2');
  await waitFor(
    () => product.outputs().every((output) => output.includes(`The clock is set by ${shiftMs} ms`)),
    (isSet) => isSet,
  );
}

async function untilClockSays(ms: number): Promise<void> {
  await sleep(Math.max(0, ms - shiftMs - Date.now()));
}

async function click(messageId: string, contactIds: readonly string[]): Promise<void> {
  for (const contactId of contactIds) {
    for (const kind of ['received', 'clicked', 'actionClick/buy']) {
      const path = signedPath({ contactId, messageId }, kind);
      expect((await request('POST', product.api.url + path)).status).toBe(202);
    }
  }
}

/** Sends to a new domain. Every second call of PushApi is answered at once, the others after the boundary. */
async function broadcastAcross(boundaryMs: number, domain: string): Promise<Broadcast> {
  const audience = await addAudience(product, domain, { tokens: 7_000, subscriptions: 3_000 });
  const contactIds = (await product.db.pick('push-contacts', { domain }, '_id')).map(({ _id }) => _id as string);
  let calls = 0;
  const holdEverySecond = async (): Promise<void> => {
    calls += 1;
    if (calls % 2 === 0) await untilClockSays(boundaryMs);
  };
  product.pushApi.beforeMessageResponse(domain, holdEverySecond);
  product.pushApi.beforeWebPushResponse(domain, holdEverySecond);
  await setClock(boundaryMs - AHEAD_MS);
  const messageId = await product.send(domain, { title: domain, actions: CLICKED_ACTIONS });
  await click(messageId, contactIds.slice(0, CLICKERS));
  await untilClockSays(boundaryMs);
  // Half of them have clicked before, and count as contacts once.
  await click(messageId, contactIds.slice(CLICKERS / 2, CLICKERS * 1.5));
  return { title: domain, domain, messageId, audience };
}

/** Counts events as the contract says, independently of the product. */
function countEvents(events: readonly StoredDocument[]): Counts {
  const kinds = events.map((event): [number, number] => [Number(event.type), Number(event.sub_type)]);
  const count = (isCounted: (type: number, subType: number) => boolean): number =>
    kinds.filter(([type, subType]) => isCounted(type, subType)).length;
  return {
    sent: count((type) => [0, 3, 4, 5].includes(type)),
    delivered: count((type) => type === 0),
    notDelivered: count((type) => [3, 4, 5].includes(type)),
    billableSends: count((type, subType) => type === 0 || (type === 4 && subType === 1)),
    received: count((type) => type === 1),
    click: count((type) => type === 2),
    actionClick: count((type) => type === 6),
    wrongKey: events.filter(({ event_descriptor: text }) => text === 'wrong key').length,
  };
}

/** What the message brought about in `[from, to)` by its events; its hours must say the same. */
async function countBetween({ messageId }: Broadcast, fromMs: number, toMs: number): Promise<Counts> {
  const within = { message_id: uuid(messageId), date: { $gte: new Date(fromMs), $lt: new Date(toMs) } };
  const counts = countEvents(await product.db.pick('webPushEvent', within, 'type', 'sub_type', 'event_descriptor'));
  const { count: hours, ...ofHours } = await product.db.sum('messageStats', within, ...Object.keys(NAMES));
  expect(hours).toBe(1);
  expect(renamed(ofHours)).toEqual(counts);
  return counts;
}

function renamed(counts: Record<string, number>): Record<string, number | undefined> {
  return Object.fromEntries(Object.entries(NAMES).map(([stored, name]) => [name, counts[stored]]));
}

function add(one: Counts, other: Counts): Counts {
  return Object.fromEntries(Object.values(NAMES).map((name) => [name, one[name] + other[name]])) as Counts;
}

async function read(path: string, fromMs: number, toMs: number): Promise<unknown> {
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs - 1).toISOString()];
  const separator = path.includes('?') ? '&' : '?';
  const { status, body } = await product.askAsSuperUser('GET', `${path}${separator}from=${from}&to=${to}`);
  expect(status).toBe(200);
  return body;
}

/** Every report of the period says what was counted. */
async function expectReports({ domain, messageId }: Broadcast, fromMs: number, toMs: number, counts: Counts) {
  const { click: clicks, ...others } = counts;
  expect(await read(`/domains/${domain}/messages/${messageId}/stats`, fromMs, toMs)).toEqual({
    domain,
    messageId,
    clicks,
    ...others,
  });
  const grouped = `/domains/${domain}/messages/stats/grouped?messageIds=${messageId}&period=day`;
  expect(await read(grouped, fromMs, toMs)).toMatchObject({ totals: counts });
  const consumed = await read(`/domains/${domain}/push-sends-consumed-count`, fromMs, toMs);
  expect(consumed).toMatchObject({ consumed: counts.billableSends });
}

/** Checks all that is counted of the broadcast, in all and on both sides of the boundary. */
async function expectCounted(sent: Broadcast, boundaryMs: number): Promise<[Counts, Counts]> {
  const before = await countBetween(sent, boundaryMs - HOUR_MS, boundaryMs);
  const after = await countBetween(sent, boundaryMs, boundaryMs + HOUR_MS);
  for (const { delivered, notDelivered, received, click: clicks, actionClick } of [before, after]) {
    expect(Math.min(delivered, notDelivered)).toBeGreaterThan(0);
    expect([received, clicks, actionClick]).toEqual([CLICKERS, CLICKERS, CLICKERS]);
  }
  expect(await countedOf(product, sent.messageId)).toEqual([2 * CLICKERS, 2 * CLICKERS, 2 * CLICKERS]);
  await expectReports(sent, boundaryMs - HOUR_MS, boundaryMs, before);
  await expectReports(sent, boundaryMs, boundaryMs + HOUR_MS, after);
  await expectReports(sent, boundaryMs - HOUR_MS, boundaryMs + HOUR_MS, add(before, after));
  const { click: clicks, actionClick: actionClicks, wrongKey, ...others } = add(before, after);
  expect(wrongKey).toBeGreaterThan(0);
  const report = await product.askAsSuperUser('GET', `/messages/${sent.messageId}/report`);
  const unique = CLICKERS * 1.5;
  expect(report.body).toMatchObject({ ...others, clicks, actionClicks, uniqueClicks: unique, uniqueReceived: unique });
  return [before, after];
}

it('counts a broadcast across a full hour in both hours, each contact once', async () => {
  const boundaryMs = MIDNIGHT_MS - HOUR_MS;
  const sent = await broadcastAcross(boundaryMs, 'hour.example.com');
  expect(await expectSettled(product, sent)).toEqual({ contacts: 0, calls: 0, unexcused: [] });
  const [before, after] = await expectCounted(sent, boundaryMs);
  console.log(`across a full hour: ${before.sent} contacts, then ${after.sent}`);
}, 120_000);

it('counts a broadcast across midnight UTC on both days, before these are rolled up and after it', async () => {
  const sent = await broadcastAcross(MIDNIGHT_MS, 'midnight.example.com');
  expect(await expectSettled(product, sent)).toEqual({ contacts: 0, calls: 0, unexcused: [] });
  const [before, after] = await expectCounted(sent, MIDNIGHT_MS);
  console.log(`across midnight: ${before.sent} contacts, then ${after.sent}`);
  const days = (): Promise<unknown> => {
    const path = `/domains/${sent.domain}/messages/stats/grouped?messageIds=${sent.messageId}&period=day`;
    return read(path, MIDNIGHT_MS - 24 * HOUR_MS, MIDNIGHT_MS + 24 * HOUR_MS);
  };
  const byDay = {
    totals: add(before, after),
    periods: [
      { date: new Date(MIDNIGHT_MS - 24 * HOUR_MS).toISOString(), ...before },
      { date: new Date(MIDNIGHT_MS).toISOString(), ...after },
    ],
  };
  expect(await days()).toMatchObject(byDay);

  await setClock(MIDNIGHT_MS + 0.6 * HOUR_MS);
  await waitFor(
    () => product.db.count('statsRollUps', { rolled_until: new Date(MIDNIGHT_MS), run: { $exists: false } }),
    (rolledUp) => rolledUp === 1,
  );
  expect(await days()).toMatchObject(byDay);
  await expectCounted(sent, MIDNIGHT_MS);
}, 120_000);
