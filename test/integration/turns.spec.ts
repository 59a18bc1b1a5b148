import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Bull, { type Queue } from 'bull';
import type { DeliveryBatchJob } from '../../src/deliveries/batch.job.js';
import { DeliveryBells } from '../../src/deliveries/delivery-bells.js';
import type { DeliveryPlanJob } from '../../src/deliveries/plan.job.js';
import { testEnvironment } from '../support/test-environment.js';
import { waitFor } from '../support/wait-for.js';

let plans: Queue<DeliveryPlanJob>;
let batches: Queue<DeliveryBatchJob>;
let bells: DeliveryBells;

function open<T>(): Queue<T> {
  return new Bull<T>(randomUUID(), testEnvironment('TEST_REDIS_URL'));
}

beforeEach(async () => {
  plans = open();
  batches = open();
  await Promise.all([plans.client.ping(), batches.client.ping()]);
  bells = new DeliveryBells(plans, batches, batches);
});

afterEach(async () => {
  await Promise.all([plans.close(), batches.close()]);
});

async function ring(...turns: readonly number[]): Promise<void> {
  for (const turn of turns) await bells.ringForBatch({ id: `batch-${turn}`, turn, lane: 'broadcast' });
}

/** What a worker does with a job that takes it long. */
async function take(): Promise<unknown> {
  const job = await batches.getNextJob();
  return job?.data;
}

test('batches are served in the order of their turns, however high these are', async () => {
  const turns = [2 ** 52, 0, 2 ** 21 + 1, 2 ** 21, 2 ** 32 + 2, 7, 2 ** 40 + 1, 2 ** 40];
  await ring(...turns);
  const served: unknown[] = [];
  while (served.length < turns.length) served.push(await take());
  const inOrder = turns.toSorted((one, other) => one - other);
  expect(served).toEqual(inOrder.map((turn) => ({ batchId: `batch-${turn}` })));
});

test('batches that come all at once are taken in the order of their turns by workers that wait for them', async () => {
  const taken: string[] = [];
  void batches.process(3, async ({ data }) => {
    taken.push(data.batchId);
    await sleep(20);
  });
  // A worker that waits blocks on the queue's list.
  await sleep(200);
  const turns = Array.from({ length: 20 }, (_, index) => index);
  await bells.ringForBatches(turns.map((turn) => ({ id: String(turn), turn, lane: 'broadcast' })));
  await waitFor(
    () => taken.length,
    (count) => count === turns.length,
  );
  const displaced = taken.map((id, place) => Math.abs(Number(id) - place));
  // Three at once are taken in any order.
  expect(Math.max(...displaced)).toBeLessThan(3);
});

test('the turn that is served is the next one’s, and when none waits that of what is in hand', async () => {
  expect(await bells.findServedTurn()).toBeUndefined();
  await ring(12, 5, 9);
  expect(await bells.findServedTurn()).toBe(5);
  await take();
  expect(await bells.findServedTurn()).toBe(9);
  await take();
  await take();
  expect(await bells.findServedTurn()).toBe(5);
});

test('a batch that is not due yet has no turn', async () => {
  await bells.ringForBatch({ id: 'later', turn: 3, lane: 'broadcast' }, new Date(Date.now() + 60_000));
  expect(await bells.findServedTurn()).toBeUndefined();
});

test('with Redis away no turn is known', async () => {
  await ring(5);
  expect(await bells.findServedTurn()).toBe(5);
  await batches.close();
  expect(await bells.findServedTurn()).toBeUndefined();
});
