import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { addAudience, type Audience } from '../support/audience.js';
import { type Broadcast, broadcast, expectSettled } from '../support/broadcasts.js';
import { CLICKED_ACTIONS, clickAway, countedOf } from '../support/clicking.js';
import { request } from '../support/http.js';
import { Installation } from '../support/installation.js';
import { commandAt } from '../support/own-mongod.js';
import type { ProductProcess } from '../support/product-process.js';
import { faultRounds, testEnvironment } from '../support/test-environment.js';

/** With `--rounds=2` and more. */
const itWhenAsked = faultRounds() > 1 ? it : it.skip;

const MINUTES = 15;
const SAMPLES = 30;
const SAMPLE_EVERY_MS = (MINUTES * 60_000) / SAMPLES;

/** Nothing may grow by more than this in an hour, by the slope of the samples after the first third. */
const MAX_GROWTH_AN_HOUR: Readonly<Record<string, number>> = {
  'api, MB': 60,
  'worker, MB': 60,
  'api, handles': 20,
  'worker, handles': 20,
  'api, event-loop lag in ms': 20,
  'worker, event-loop lag in ms': 20,
  'MongoDB, connections': 20,
  'Redis, MB': 20,
};

type Sample = Readonly<Record<string, number>>;

let product: Installation;
let worker: ProductProcess;
let redis: Redis;

beforeAll(async () => {
  product = await Installation.start('mixed_load', { workers: 0, latencyMs: 50 });
  worker = await product.startProcess('worker');
  redis = new Redis(testEnvironment('TEST_REDIS_URL'));
});

afterAll(async () => {
  redis.disconnect();
  expect(await product.stop()).toEqual([0, 0]);
});

/** Repeats an action with pauses until `isOver`; resolves with how often it was done. */
async function repeatedly(
  isOver: () => boolean,
  pauseMs: number,
  act: (number: number) => Promise<void>,
): Promise<number> {
  let done = 0;
  for (; !isOver(); done += 1) {
    await act(done);
    await sleep(pauseMs);
  }
  return done;
}

async function register(number: number): Promise<void> {
  const json = { domain: `mixed-${number % 7}.example.com`, deviceToken: `registered-${number}` };
  expect((await product.ask('POST', '/push-contacts', { json })).status).toBe(200);
}

async function readReports(number: number, messageId: string): Promise<void> {
  const domain = 'clicked.example.com';
  const paths = [
    `/domains/${domain}/stats`,
    `/messages/${messageId}/report`,
    `/domains/${domain}/messages`,
    `/push-contacts/domains?page=0&per_page=10`,
    `/messages/${messageId}/progress`,
  ];
  expect((await product.askAsSuperUser('GET', paths[number % paths.length] ?? '')).status).toBe(200);
}

async function sample(): Promise<Sample> {
  const { connections } = await commandAt(
    new URL(testEnvironment('TEST_MONGODB_URI').replace('mongodb:', 'http:')).host,
    { serverStatus: 1 },
  );
  return {
    ...(await sampleProcess('api', product.api)),
    ...(await sampleProcess('worker', worker)),
    'MongoDB, connections': (connections as { current: number }).current,
    'Redis, MB': Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]) / 1_048_576,
  };
}

async function sampleProcess(name: string, { metricsUrl }: ProductProcess): Promise<Sample> {
  const { text } = await request('GET', metricsUrl);
  const read = (metric: string): number => Number(new RegExp(`^${metric} (\\S+)`, 'm').exec(text)?.[1]);
  return {
    [`${name}, MB`]: read('process_resident_memory_bytes') / 1_048_576,
    [`${name}, handles`]: read('nodejs_active_handles_total'),
    [`${name}, event-loop lag in ms`]: read('nodejs_eventloop_lag_p50_seconds') * 1_000,
  };
}

/** Growth an hour by the least squares of samples in equal steps. */
function slopeAnHour(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const along = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0);
  const steps = values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  return (along / steps) * (3_600_000 / SAMPLE_EVERY_MS);
}

function isTooMuch({ name, slopeAnHour: slope }: { name: string; slopeAnHour: number }): boolean {
  return slope > (MAX_GROWTH_AN_HOUR[name] ?? Number.POSITIVE_INFINITY);
}

itWhenAsked(
  `takes no more of anything after ${MINUTES} min of registrations, clicks, broadcasts and reports`,
  async () => {
    const clickedDomain = 'clicked.example.com';
    const ids = await product.db.addContacts(
      clickedDomain,
      Array.from({ length: 2_000 }, (_, index) => `clicked-${index}`),
    );
    const clicked = await product.store(clickedDomain, { title: 'Clicked', actions: CLICKED_ACTIONS });
    const audiences = new Map<string, Audience>();
    const sent: Broadcast[] = [];
    let isDone = false;
    const isOver = (): boolean => isDone;
    const clicking = clickAway(product.api.url, ids, clicked, 2);
    const running = Promise.all([
      repeatedly(isOver, 50, register),
      repeatedly(isOver, 200, (number) => readReports(number, clicked)),
      repeatedly(isOver, 2_000, async (number) => {
        const domain = `broadcast-${number % 3}.example.com`;
        const audience = audiences.get(domain) ?? (await addAudience(product, domain, { tokens: 2_000 }));
        audiences.set(domain, audience);
        sent.push(await broadcast(product, domain, audience, `${domain}-${number}`));
      }),
    ]);
    const samples: Sample[] = [];
    for (let taken = 0; taken < SAMPLES; taken += 1) {
      await sleep(SAMPLE_EVERY_MS);
      samples.push(await sample());
    }
    isDone = true;
    const [registered, reports, broadcasts] = await running;
    await clicking.stop();

    expect(await countedOf(product, clicked)).toEqual(clicking.accepted);
    for (const { messageId } of sent) {
      expect(await product.finished(messageId)).toMatchObject({ state: 'done', pending: 0 });
    }
    const [first] = sent;
    if (first !== undefined) await expectSettled(product, first);
    const accepted = JSON.stringify(clicking.accepted);
    console.log(`${registered} registrations, ${reports} reports, ${broadcasts} broadcasts, clicks ${accepted}`);
    const later = samples.slice(SAMPLES / 3);
    const growth = Object.keys(samples[0] ?? {}).map((name) => {
      const values = later.map((each) => each[name] ?? Number.NaN);
      return { name, from: values[0], to: values.at(-1), slopeAnHour: slopeAnHour(values) };
    });
    console.log(growth.map((each) => JSON.stringify(each)).join('\n'));
    expect(growth.filter(({ slopeAnHour: slope }) => !Number.isFinite(slope))).toEqual([]);
    expect(growth.filter(isTooMuch)).toEqual([]);
  },
  1_800_000,
);
