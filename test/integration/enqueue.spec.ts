import { randomUUID } from 'node:crypto';
import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import Bull, { type Queue } from 'bull';
import { Redis } from 'ioredis';
import { enqueue, queueOptions } from '../../src/core/queue/queues.js';
import { readRedisCode } from '../../src/core/queue/redis-error.js';
import { toRedisSettings } from '../../src/core/config/redis-settings.js';
import { RedisConnections } from '../../src/core/queue/redis-connections.js';
import type { DeliveryBatchJob } from '../../src/deliveries/jobs/batch.job.js';
import { DeliveryJobs } from '../../src/deliveries/jobs/delivery-jobs.js';
import type { DeliveryPlanJob } from '../../src/deliveries/jobs/plan.job.js';
import type { DopplerVisitorJob } from '../../src/doppler/doppler-visitor.job.js';
import { type OwnRedis, startOwnRedis } from '../support/own-redis.js';
import { waitFor } from '../support/wait-for.js';

let redis: OwnRedis;
let admin: Redis;
let connections: RedisConnections;
let plans: Queue<DeliveryPlanJob>;
let batches: Queue<DeliveryBatchJob>;
let visitorBatches: Queue<DeliveryBatchJob>;
let dopplerVisitors: Queue<DopplerVisitorJob>;
let jobs: DeliveryJobs;
let errors: (string | undefined)[];

beforeAll(async () => {
  redis = await startOwnRedis();
  admin = new Redis(redis.url);
});

afterAll(async () => {
  admin.disconnect();
  await redis.stop();
});

/** Queues of a process that has just started: their connections have sent nothing yet. */
beforeEach(() => {
  errors = [];
  connections = new RedisConnections(toRedisSettings(redis.url), '{enqueue}');
  const { defaultJobOptions = {} } = queueOptions(connections);
  const open = <T>(): Queue<T> => {
    const queue = new Bull<T>(randomUUID(), { createClient: (type) => connections.create(type), defaultJobOptions });
    return queue.on('error', (error) => errors.push(readRedisCode(error)));
  };
  plans = open();
  batches = open();
  visitorBatches = open();
  dopplerVisitors = open();
  jobs = new DeliveryJobs(plans, batches, visitorBatches, connections);
});

afterEach(async () => {
  connections.close();
  await admin.config('SET', 'maxmemory', '0');
});

const broadcasts = Array.from({ length: 20 }, (_, startTag) => ({
  id: `batch-${startTag}`,
  startTag,
  lane: 'broadcast' as const,
}));

const WAYS: readonly [string, number, () => Promise<void>, () => Queue][] = [
  ['plan', 1, () => jobs.enqueuePlan('plan'), () => plans],
  ['plan for later', 1, () => jobs.enqueuePlan('later', new Date(Date.now() + 60_000)), () => plans],
  ['batches', 20, () => jobs.enqueueBatches(broadcasts), () => batches],
  ['visitor batch', 1, () => jobs.enqueueBatch({ id: 'visitor', startTag: 0, lane: 'visitor' }), () => visitorBatches],
  [
    'hand-over to Doppler',
    1,
    () => enqueue(dopplerVisitors, [{ data: { contactId: 'contact' }, opts: { delay: 0 } }]),
    () => dopplerVisitors,
  ],
];

function countOf({ name }: Queue): Promise<number> {
  return redis.countJobs(name);
}

describe.each(WAYS)('%s', (_, count, add, queueOf) => {
  it('is added by a process that has just started', async () => {
    await add();
    expect(await countOf(queueOf())).toBe(count);
  });

  it('is added each time after Redis has forgotten its scripts', async () => {
    const queue = queueOf();
    await add();
    for (let time = 0; time < 2; time += 1) {
      await queue.empty();
      await admin.script('FLUSH');
      await add();
      expect(await countOf(queue)).toBe(count);
    }
    expect(errors).toEqual([]);
  });

  it('is refused by Redis that is full at the first job, which the queue says, and is added when it has room', async () => {
    await admin.script('FLUSH');
    await admin.config('SET', 'maxmemory', '1');
    await add();
    expect(await countOf(queueOf())).toBe(0);
    expect(errors).toEqual(['OOM']);
    await admin.config('SET', 'maxmemory', '0');
    await add();
    expect(await countOf(queueOf())).toBe(count);
  });
});

it('a Redis that cannot save its data refuses jobs, which the queue says, and takes them when it can', async () => {
  const [, folder = ''] = (await admin.config('GET', 'dir')) as string[];
  const inTheWay = join(folder, 'dump.rdb');
  await mkdir(inTheWay);
  await admin.config('SET', 'save', '3600 100000');
  const save = async (status: string): Promise<void> => {
    await admin.bgsave();
    await waitFor(
      () => admin.info('persistence'),
      (info) => info.includes(`rdb_last_bgsave_status:${status}`) && info.includes('rdb_bgsave_in_progress:0'),
    );
  };
  await save('err');
  await jobs.enqueuePlan('plan');
  expect(errors).toEqual(['MISCONF']);
  await rmdir(inTheWay);
  await save('ok');
  await jobs.enqueuePlan('plan');
  expect(await countOf(plans)).toBe(1);
});

it('a replica refuses jobs, which the queue says', async () => {
  await jobs.enqueuePlan('before');
  await admin.replicaof('127.0.0.1', 1);
  await jobs.enqueuePlan('plan');
  await admin.replicaof('NO', 'ONE');
  expect(errors).toEqual(['READONLY']);
});

describe('a job that no list of its queue holds', () => {
  const batch = { id: 'stuck', startTag: 0, lane: 'broadcast' } as const;

  /** As after a flush of Redis, when a frozen worker that had been given the job goes on. */
  async function lose({ name }: Queue): Promise<void> {
    for (const list of ['wait', 'priority']) await admin.del(`bull:${name}:${list}`);
  }

  it('is skipped by Bull, and added again as overdue', async () => {
    await jobs.enqueueBatch(batch);
    await jobs.enqueuePlan('stuck');
    await lose(batches);
    await lose(plans);
    await jobs.enqueueBatch(batch);
    await jobs.enqueuePlan('stuck');
    expect([await countOf(batches), await countOf(plans)]).toEqual([0, 0]);

    await jobs.enqueueOverdueBatches('broadcast', [batch]);
    await jobs.enqueueOverduePlans(['stuck']);

    expect([await countOf(batches), await countOf(plans)]).toEqual([1, 1]);
  });

  it('is alone removed: what waits or is taken stays', async () => {
    await jobs.enqueueBatches(broadcasts);
    const taken = await batches.getNextJob();

    await jobs.enqueueOverdueBatches('broadcast', broadcasts);

    expect(await countOf(batches)).toBe(broadcasts.length - 1);
    expect(await taken?.isActive()).toBe(true);
  });
});

describe('work whose job comes before its time', () => {
  const dueAt = new Date(Date.now() + 60_000);
  const batch = { id: 'early', startTag: 0, lane: 'broadcast' } as const;

  const kinds: readonly [string, (activeId?: string) => Promise<void>, () => Queue][] = [
    ['plan', (activeId) => jobs.enqueuePlan('early', dueAt, activeId), () => plans],
    ['batch', (activeId) => jobs.enqueueBatch(batch, dueAt, activeId), () => batches],
    [
      'visitor batch',
      (activeId) => jobs.enqueueBatch({ ...batch, lane: 'visitor' }, dueAt, activeId),
      () => visitorBatches,
    ],
  ];

  it.each(kinds)(
    'is added again beside the active job, as often as it comes too early: %s',
    async (_, add, queueOf) => {
      await add();
      for (let time = 0; time < 3; time += 1) {
        const [delayed] = await queueOf().getDelayed();
        await delayed?.promote();
        const active = await queueOf().getNextJob();
        await add(String(active?.id));
        expect(await queueOf().getDelayedCount()).toBe(1);
        await active?.moveToCompleted('', true, true);
      }
    },
  );

  it('is added for its time by the clock of this machine, by which Bull gives jobs', async () => {
    const before = Date.now();
    await jobs.enqueueBatch(batch, dueAt, 'early');
    const [delayed] = await batches.getDelayed();
    expect(delayed?.timestamp).toBeGreaterThanOrEqual(before);
    expect(delayed?.timestamp).toBeLessThanOrEqual(Date.now());
  });
});

it('a job that fails again and again is tried within half a minute, so that no work waits for it for long', () => {
  const { attempts, backoff } = queueOptions(connections).defaultJobOptions ?? {};
  const { delay, type } = backoff as { delay: number; type: string };
  // Bull's exponential backoff (`bull/lib/backoffs.js`).
  const pausesMs = Array.from({ length: Number(attempts) - 1 }, (_, failed) => delay * (2 ** (failed + 1) - 1));
  expect(type).toBe('exponential');
  expect(Math.max(...pausesMs)).toBeLessThanOrEqual(16_000);
});
