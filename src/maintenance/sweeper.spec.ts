import { Logger } from '@nestjs/common';
import { registry } from '../core/metrics/registry.js';
import { Sweeper } from './sweeper.js';

/** In an ES module Jest's object is no global. */
const mocks = (import.meta as unknown as { readonly jest: typeof jest }).jest;

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
  mocks.useFakeTimers();
  swept = [];
  failing = new Set();
  warnings = [];
  mocks.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void warnings.push(String(line)));
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
  mocks.restoreAllMocks();
  mocks.useRealTimers();
});

const ALL = ['deliveries', 'doppler-visitors', 'erasures', 'recounts', 'roll-ups'];

it.each(ALL)('sweeps everything else while the sweep of %s fails', async (work) => {
  failing = new Set([work]);
  await mocks.advanceTimersByTimeAsync(2 * INTERVAL_MS);
  expect(swept).toEqual([...ALL, ...ALL]);
  const counted = await registry.getSingleMetric(METRIC)?.get();
  expect(counted?.values).toEqual([{ labels: { work }, value: 2 }]);
});

it('logs the cause of each kind of work once a minute, without values', async () => {
  failing = new Set(['deliveries', 'roll-ups']);
  await mocks.advanceTimersByTimeAsync(60_000);
  expect(warnings.map((line) => line.split('\n', 1)[0])).toEqual([
    'A sweep for overdue work failed (deliveries); the next one tries again: Error',
    'A sweep for overdue work failed (roll-ups); the next one tries again: Error',
  ]);
  expect(warnings.join()).not.toContain('mail@example.com');
  expect(warnings.join()).toContain('    at ');
  await mocks.advanceTimersByTimeAsync(2 * INTERVAL_MS);
  expect(warnings).toHaveLength(4);
});
