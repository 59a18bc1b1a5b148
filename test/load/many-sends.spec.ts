import pMap from 'p-map';
import { Installation, messageIdOf } from '../support/installation.js';
import { median } from '../support/median.js';
import { peakResidentKb } from '../support/peak-memory.js';
import { faultRounds } from '../support/test-environment.js';
import { waitFor } from '../support/wait-for.js';

/** They take minutes: with `--rounds=2` and more. */
const itWhenAsked = faultRounds() > 1 ? it : it.skip;

const DOMAINS = 2_000;
const CONTACTS_A_DOMAIN = 20;
const SCHEDULED = 5_000;
const REQUESTS_AT_ONCE = 16;

/** Sends are due so long after the first request; a busy machine accepts the last ones later. */
const DUE_IN_MS = 60_000;

/** A worker's memory does not depend on how much waits (docs/performance.md). */
const MAX_WORKER_MB = 260;

let product: Installation;
let workers: number[];

beforeAll(async () => {
  product = await Installation.start('many_sends', { workers: 0 });
  workers = [await product.startProcess('worker'), await product.startProcess('worker')].map(({ pid }) => pid);
  await product.db.generate('push-contacts', DOMAINS * CONTACTS_A_DOMAIN, {
    _id: { $concat: ['contact-', { $toString: '$number' }] },
    domain: { $concat: ['many-', { $toString: { $mod: ['$number', DOMAINS] } }, '.example.com'] },
    device_token: { $concat: ['fine-', { $toString: '$number' }] },
    email: null,
    visitor_guid: null,
    deleted: false,
    modified: '$$NOW',
    subscription: null,
  });
});

afterAll(async () => {
  for (const pid of workers) expect((await peakResidentKb(pid)) / 1_024).toBeLessThan(MAX_WORKER_MB);
  expect(await product.stop()).toEqual([0, 0, 0]);
});

async function send(number: number, message: object): Promise<string> {
  const json = { body: 'The body', ...message };
  const path = `/messages/domains/many-${number % DOMAINS}.example.com`;
  return messageIdOf(await product.askAsSuperUser('POST', path, { json }), 202);
}

/** Waits until all deliveries have ended: each contact has one outcome and was sent to once a message. */
async function expectAllSent(title: string, messages: number): Promise<void> {
  await waitFor(
    () => product.db.count('deliveries', { state: { $ne: 'done' } }),
    (unfinished) => unfinished === 0,
    300_000,
  );
  const sums = await product.db.sum('deliveries', {}, 'planned', 'delivered', 'not_delivered');
  const contacts = messages * CONTACTS_A_DOMAIN;
  expect(sums).toEqual({ count: messages, planned: contacts, delivered: contacts, not_delivered: 0 });
  expect(await product.db.count('webPushEvent', { type: 0 })).toBe(contacts);
  const sent = product.tokensSent(title);
  expect(sent).toHaveLength(contacts);
}

itWhenAsked(
  `sends to ${DOMAINS} domains at once, each contact once`,
  async () => {
    const startedAt = performance.now();
    await pMap(Array.from({ length: DOMAINS }).keys(), (number) => send(number, { title: 'At once' }), {
      concurrency: REQUESTS_AT_ONCE,
    });
    const acceptedAt = performance.now();
    await expectAllSent('At once', DOMAINS);
    const seconds = [acceptedAt - startedAt, performance.now() - startedAt].map((ms) => (ms / 1_000).toFixed(1));
    console.log(`${DOMAINS} domains: accepted in ${seconds[0]} s, sent after ${seconds[1]} s`);
  },
  600_000,
);

itWhenAsked(
  `sends ${SCHEDULED} messages that are due in the same second, none before and each contact once`,
  async () => {
    await Promise.all(['deliveries', 'deliveryBatches', 'webPushEvent'].map((each) => product.db.deleteAll(each)));
    const dueMs = Math.ceil((Date.now() + DUE_IN_MS) / 1_000) * 1_000;
    const sendAt = new Date(dueMs).toISOString();
    await pMap(Array.from({ length: SCHEDULED }).keys(), (number) => send(number, { title: 'Due', sendAt }), {
      concurrency: REQUESTS_AT_ONCE,
    });
    const acceptedMs = Date.now();
    await expectAllSent('Due', SCHEDULED);
    const calls = product.pushApi.calls.filter(({ title }) => title === 'Due');
    const late = calls.map(({ startedMs }) => startedMs - Math.max(dueMs, acceptedMs));
    const [middle, last] = [median(late), Math.max(...late)];
    console.log(`${SCHEDULED} messages: median call ${middle} ms after they were due, last ${last} ms`);
    expect(Math.min(...calls.map(({ startedMs }) => startedMs))).toBeGreaterThanOrEqual(dueMs);
  },
  600_000,
);
