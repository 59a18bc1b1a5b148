import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Bull, { type Queue } from 'bull';
import { toRedisSettings } from '../../src/core/config/redis-settings.js';
import { RedisConnections } from '../../src/core/queue/redis-connections.js';
import type { DeliveryBatchJob } from '../../src/deliveries/jobs/batch.job.js';
import { DeliveryJobs } from '../../src/deliveries/jobs/delivery-jobs.js';
import type { DeliveryPlanJob } from '../../src/deliveries/jobs/plan.job.js';
import { testEnvironment } from '../support/test-environment.js';
import { waitFor } from '../support/wait-for.js';

let plans: Queue<DeliveryPlanJob>;
let batches: Queue<DeliveryBatchJob>;
let jobs: DeliveryJobs;

function open<T>(): Queue<T> {
  return new Bull<T>(randomUUID(), testEnvironment('TEST_REDIS_URL'));
}

beforeEach(async () => {
  plans = open();
  batches = open();
  await Promise.all([plans.client.ping(), batches.client.ping()]);
  jobs = new DeliveryJobs(
    plans,
    batches,
    batches,
    new RedisConnections(toRedisSettings(testEnvironment('TEST_REDIS_URL')), 'unused'),
  );
});

afterEach(async () => {
  await Promise.all([plans.close(), batches.close()]);
});

async function enqueueInOrder(...startTags: readonly number[]): Promise<void> {
  for (const startTag of startTags) await jobs.enqueueBatch({ id: `batch-${startTag}`, startTag, lane: 'broadcast' });
}

/** Takes the next job as a worker does, and keeps it. */
async function take(): Promise<unknown> {
  const job = await batches.getNextJob();
  return job?.data;
}

it('batches are served in the order of their start tags, however high the tags are', async () => {
  const startTags = [2 ** 52, 0, 2 ** 21 + 1, 2 ** 21, 2 ** 32 + 2, 7, 2 ** 40 + 1, 2 ** 40];
  await enqueueInOrder(...startTags);
  const served: unknown[] = [];
  while (served.length < startTags.length) served.push(await take());
  const inOrder = startTags.toSorted((one, other) => one - other);
  expect(served).toEqual(inOrder.map((startTag) => ({ batchId: `batch-${startTag}` })));
});

it('batches enqueued at once are taken in the order of their start tags by waiting workers', async () => {
  const taken: string[] = [];
  void batches.process(3, async ({ data }) => {
    taken.push(data.batchId);
    await sleep(20);
  });
  // A waiting worker blocks on the queue's list.
  await sleep(200);
  const startTags = Array.from({ length: 20 }, (_, index) => index);
  await jobs.enqueueBatches(startTags.map((startTag) => ({ id: String(startTag), startTag, lane: 'broadcast' })));
  await waitFor(
    () => taken.length,
    (count) => count === startTags.length,
  );
  const displaced = taken.map((id, place) => Math.abs(Number(id) - place));
  // Three workers take the first three in any order.
  expect(Math.max(...displaced)).toBeLessThan(3);
});

it('the virtual time is the start tag of the next batch, or of the active one when none waits', async () => {
  expect(await jobs.findVirtualTime()).toBeUndefined();
  await enqueueInOrder(12, 5, 9);
  expect(await jobs.findVirtualTime()).toBe(5);
  await take();
  expect(await jobs.findVirtualTime()).toBe(9);
  await take();
  await take();
  expect(await jobs.findVirtualTime()).toBe(5);
});

it('a batch that is not due yet does not change the virtual time', async () => {
  await jobs.enqueueBatch({ id: 'later', startTag: 3, lane: 'broadcast' }, new Date(Date.now() + 60_000));
  expect(await jobs.findVirtualTime()).toBeUndefined();
});

it('the virtual time is unknown while Redis is unreachable', async () => {
  await enqueueInOrder(5);
  expect(await jobs.findVirtualTime()).toBe(5);
  await batches.close();
  expect(await jobs.findVirtualTime()).toBeUndefined();
});
