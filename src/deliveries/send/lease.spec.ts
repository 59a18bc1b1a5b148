import mongoose from 'mongoose';
import { type ExtendLease, Lease, LeaseLostError, type Moment } from './lease.js';

const HELD = { isCancelled: false };

/** In an ES module Jest's object is no global. */
const timers = (import.meta as unknown as { readonly jest: typeof jest }).jest;

/** A lease with a clock that the test moves, and the number of times that MongoDB was asked. */
function takeLease(answers: ExtendLease): {
  lease: Lease;
  time: { monotonic: number; wall: number };
  asked: () => number;
} {
  const time = { monotonic: 0, wall: 1_000_000 };
  let asked = 0;
  const clock = (): Moment => ({ ...time });
  const extend: ExtendLease = () => {
    asked += 1;
    return answers();
  };
  return { lease: new Lease(extend, clock(), clock), time, asked: () => asked };
}

describe('Lease', () => {
  it('asks nothing while its extension is recent', async () => {
    const { lease, time, asked } = takeLease(() => Promise.resolve(HELD));
    time.monotonic += 9_999;
    time.wall += 9_999;
    await lease.assertHeld();
    expect(asked()).toBe(0);
  });

  it.each([
    ['process', { monotonic: 45_000, wall: 45_000 }],
    ['virtual machine, whose monotonic clock stood still', { monotonic: 0, wall: 45_000 }],
    ['machine whose wall clock was set back', { monotonic: 45_000, wall: -3_600_000 }],
  ])('asks MongoDB after a pause of the %s, and goes on when nobody else has begun', async (_, passed) => {
    const { lease, time, asked } = takeLease(() => Promise.resolve(HELD));
    time.monotonic += passed.monotonic;
    time.wall += passed.wall;
    await lease.assertHeld();
    await lease.assertHeld();
    expect(asked()).toBe(1);
  });

  it('is lost for good once another worker has begun, and runs no operation after that', async () => {
    const { lease, time } = takeLease(() => Promise.resolve(undefined));
    let runs = 0;
    const operation = (): Promise<void> => {
      runs += 1;
      return Promise.resolve();
    };
    await lease.persist(operation);
    time.wall += 25_000;
    await expect(lease.persist(operation)).rejects.toBeInstanceOf(LeaseLostError);
    time.wall -= 25_000;
    await expect(lease.persist(operation)).rejects.toBeInstanceOf(LeaseLostError);
    expect(runs).toBe(1);
  });

  it('sends no heartbeats during a quiet transaction while it is trusted, and does afterwards', async () => {
    timers.useFakeTimers();
    const { lease, time, asked } = takeLease(() => Promise.resolve(HELD));
    const end = lease.keep();
    const pass = (ms: number): Promise<void> => {
      time.monotonic += ms;
      return timers.advanceTimersByTimeAsync(ms);
    };
    await lease.quietly(() => pass(8_500));
    expect(asked()).toBe(0);
    await pass(1_000);
    expect(asked()).toBe(1);
    await lease.quietly(() => pass(10_000));
    expect(asked()).toBe(2);
    end();
    timers.useRealTimers();
  });

  it('asks again when the answer is to a question from before a pause', async () => {
    const { lease, time, asked } = takeLease(() => {
      // Frozen while the first question is on its way.
      if (asked() === 1) time.wall += 45_000;
      return Promise.resolve(asked() === 1 ? HELD : undefined);
    });
    time.wall += 10_000;
    await expect(lease.assertHeld()).rejects.toBeInstanceOf(LeaseLostError);
    expect(asked()).toBe(2);
  });

  it('repeats an operation while MongoDB fails, and lets other errors through', async () => {
    const { lease } = takeLease(() => Promise.resolve(HELD));
    let runs = 0;
    const operation = (): Promise<string> => {
      runs += 1;
      if (runs < 3) throw new mongoose.mongo.MongoNetworkError('no primary');
      return Promise.resolve('stored');
    };
    expect(await lease.persist(operation)).toBe('stored');
    expect(runs).toBe(3);
    await expect(lease.persist(() => Promise.reject(new TypeError('ours')))).rejects.toBeInstanceOf(TypeError);
  });

  it('hears of a cancelled delivery when it is extended', async () => {
    const { lease, time } = takeLease(() => Promise.resolve({ isCancelled: true }));
    expect(lease.cancelled.aborted).toBe(false);
    time.wall += 10_000;
    await lease.assertHeld();
    expect(lease.cancelled.aborted).toBe(true);
  });
});
