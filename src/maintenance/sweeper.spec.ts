import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { registry } from '../core/metrics/registry.js';
import { Sweeper } from './sweeper.js';

const INTERVAL_MS = 5_000;
const METRIC = 'push_contact_sweep_failures_total';

let swept: string[];
let failing: ReadonlySet<string>;
let warnings: string[];
let sweeper: Sweeper;

function sweep(work: string): () => Promise<void> {
  return () => {
    swept.push(work);
    if (failing.has(work)) return Promise.reject(new Error('has mail@example.com in it'));
    return Promise.resolve();
  };
}

beforeEach(() => {
  jest.useFakeTimers();
  swept = [];
  failing = new Set();
  warnings = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void warnings.push(String(line)));
  registry.resetMetrics();
  sweeper = new Sweeper(
    { enqueueOverdue: sweep('deliveries') } as never,
    { enqueueOverdue: sweep('doppler-visitors') } as never,
    { finishDue: sweep('erasures') } as never,
    { countDue: sweep('recounts') } as never,
    { rollUpDue: sweep('roll-ups') } as never,
  );
  sweeper.onApplicationBootstrap();
});

afterEach(() => {
  sweeper.onModuleDestroy();
  jest.restoreAllMocks();
  jest.useRealTimers();
});

const ALL = ['deliveries', 'doppler-visitors', 'erasures', 'recounts', 'roll-ups'];

it.each(ALL)('sweeps everything else while the sweep of %s fails', async (work) => {
  failing = new Set([work]);
  await jest.advanceTimersByTimeAsync(2 * INTERVAL_MS);
  expect(swept).toEqual([...ALL, ...ALL]);
  const counted = await registry.getSingleMetric(METRIC)?.get();
  expect(counted?.values).toEqual([{ labels: { work }, value: 2 }]);
});

it('logs the cause of each kind of work once a minute, without values', async () => {
  failing = new Set(['deliveries', 'roll-ups']);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(warnings.map((line) => line.split('\n', 1)[0])).toEqual([
    'A sweep for overdue work failed (deliveries); the next one tries again: Error',
    'A sweep for overdue work failed (roll-ups); the next one tries again: Error',
  ]);
  expect(warnings.join()).not.toContain('mail@example.com');
  expect(warnings.join()).toContain('    at ');
  await jest.advanceTimersByTimeAsync(2 * INTERVAL_MS);
  expect(warnings).toHaveLength(4);
});
