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

/** What is opened in the first third is no growth. */
const WARM_UP = SAMPLES / 3;

/**
 * The last third takes no more memory than this, relative to the first one: V8's heap grows with the work of
 * a process until it reaches its limits, which takes longer than this load.
 */
const MAX_MEMORY_RATIO = 1.2;

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
    '/domains?page=0&per_page=10',
    `/messages/${messageId}/outcomes`,
  ];
  const path = paths[number % paths.length] ?? '';
  const { status } = await product.askAsSuperUser('GET', path);
  expect({ path, status }).toEqual({ path, status: 200 });
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

interface Trend {
  readonly name: string;
  /** Means of the first and of the last third of all samples. */
  readonly first: number;
  readonly last: number;
  /** Growth an hour by the least squares of the samples after the warm-up, and its standard error. */
  readonly slope: number;
  readonly error: number;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of samples in equal steps. */
function trendOf(name: string, samples: readonly Sample[]): Trend {
  const all = samples.map((each) => each[name] ?? Number.NaN);
  const values = all.slice(WARM_UP);
  const [middle, level] = [(values.length - 1) / 2, mean(values)];
  const spread = values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  const slope = values.reduce((sum, value, index) => sum + (index - middle) * (value - level), 0) / spread;
  const residues = values.reduce((sum, value, index) => sum + (value - level - slope * (index - middle)) ** 2, 0);
  const error = Math.sqrt(residues / (values.length - 2) / spread);
  const anHour = 3_600_000 / SAMPLE_EVERY_MS;
  const [first, last] = [mean(all.slice(0, WARM_UP)), mean(all.slice(-WARM_UP))];
  return { name, first, last, slope: slope * anHour, error: error * anHour };
}

function describeTrend({ name, first, last, slope, error }: Trend): string {
  const figures = [first, last, slope, error].map((figure) => figure.toFixed(2));
  return `${name}: ${figures[0]}, then ${figures[1]}; slope ${figures[2]} an hour, standard error ${figures[3]}`;
}

/** Growth that is not chance: zero lies more than two standard errors below the slope. */
function isGrowing({ name, first, last, slope, error }: Trend): boolean {
  return isMemoryOfProcess(name) ? last > first * MAX_MEMORY_RATIO : slope - 2 * error > 0;
}

function isMemoryOfProcess(name: string): boolean {
  return name === 'api, MB' || name === 'worker, MB';
}

itWhenAsked(
  `takes no more of anything after ${MINUTES} min of registrations, clicks, broadcasts and reports`,
  async () => {
    const clickedDomain = 'clicked.example.com';
    await product.askAsSuperUser('PUT', `/domains/${clickedDomain}`, { json: { isPushFeatureEnabled: true } });
    const ids = await product.db.addContacts(
      clickedDomain,
      Array.from({ length: 2_000 }, (_, index) => `clicked-${index}`),
    );
    const clicked = await product.store(clickedDomain, { title: 'Clicked', actions: CLICKED_ACTIONS });
    const audiences = new Map<string, Audience>();
    const sent: Broadcast[] = [];
    const ending = new AbortController();
    const isOver = (): boolean => ending.signal.aborted;
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
    // Else what fails in the first minute would be told after the last one.
    running.catch(() => {
      ending.abort();
    });
    const samples: Sample[] = [];
    for (let taken = 0; taken < SAMPLES && !isOver(); taken += 1) {
      await sleep(SAMPLE_EVERY_MS);
      samples.push(await sample());
    }
    ending.abort();
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
    const trends = Object.keys(samples[0] ?? {}).map((name) => trendOf(name, samples));
    console.log(trends.map(describeTrend).join('\n'));
    expect(trends.filter(({ slope, error }) => !Number.isFinite(slope + error))).toEqual([]);
    expect(trends.filter(isGrowing)).toEqual([]);
  },
  1_800_000,
);
