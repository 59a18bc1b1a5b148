import { adaptThrottle, type Observation, type Throttle } from './rate-control.js';

const NOW = Date.UTC(2026, 0, 1);

function seen(accepted: number, limited: number, change: Partial<Observation> = {}): Observation {
  return { accepted, limited, askedMs: 0, nowMs: NOW, ...change };
}

function paused(change: Partial<Throttle> = {}): Throttle {
  const throttle = adaptThrottle(undefined, seen(0, 20));
  if (throttle === undefined) throw new Error('Nothing was paused');
  return { ...throttle, ...change };
}

/** What is accepted in 5 s at the first rate. */
const USED = { startMs: NOW + 5_000, accepted: 50 };

/** A throttle whose probe was accepted. */
function running(change: Partial<Throttle> = {}): Throttle {
  const throttle = adaptThrottle(paused(), seen(20, 0, { nowMs: NOW + 5_000 }));
  if (throttle === undefined) throw new Error('Nothing runs');
  return { ...throttle, cycle: USED, ...change };
}

/** Sends at the throttle's rate to a service for `minutes`, and returns what it accepted and refused. */
function run(
  minutes: number,
  service: (nowMs: number) => { readonly isAccepted: boolean; readonly askedMs: number },
): { accepted: number; refused: number; acceptedLater: number; refusedLater: number } {
  const total = { accepted: 0, refused: 0, acceptedLater: 0, refusedLater: 0 };
  let throttle: Throttle | undefined;
  for (let nowMs = NOW; nowMs < NOW + minutes * 60_000; nowMs += 1_000) {
    if (throttle !== undefined && nowMs < throttle.untilMs) continue;
    const rate = throttle?.ratePerMinute ?? 60_000;
    const count = throttle?.isProbing === true ? 20 : Math.round(rate / 60);
    const answers = Array.from({ length: count }, () => service(nowMs));
    const accepted = answers.filter(({ isAccepted }) => isAccepted).length;
    const limited = count - accepted;
    total.accepted += accepted;
    total.refused += limited;
    if (nowMs >= NOW + 120_000) {
      total.acceptedLater += accepted;
      total.refusedLater += limited;
    }
    throttle = adaptThrottle(
      throttle,
      seen(accepted, limited, { nowMs, askedMs: Math.max(...answers.map((one) => one.askedMs)) }),
    );
    if (throttle !== undefined) {
      throttle = { ...throttle, cycle: { ...throttle.cycle, accepted: throttle.cycle.accepted + accepted } };
    }
  }
  return total;
}

describe('adaptThrottle', () => {
  it.each([
    ['nothing is refused', seen(100, 0)],
    ['four are refused', seen(0, 4)],
    ['less than half is refused', seen(51, 49)],
  ])('is none as long as %s', (_, observation) => {
    expect(adaptThrottle(undefined, observation)).toBeUndefined();
  });

  it('pauses for 5 s, or for as long as was asked for, an hour at most', () => {
    expect(adaptThrottle(undefined, seen(5, 5))?.untilMs).toBe(NOW + 5_000);
    expect(adaptThrottle(undefined, seen(0, 5, { askedMs: 1_000 }))?.untilMs).toBe(NOW + 5_000);
    expect(adaptThrottle(undefined, seen(0, 5, { askedMs: 58_000 }))?.untilMs).toBe(NOW + 58_000);
    expect(adaptThrottle(undefined, seen(0, 5, { askedMs: 86_400_000 }))?.untilMs).toBe(NOW + 3_600_000);
  });

  it('doubles the pause with each probe that is refused, up to 10 min', () => {
    let throttle = paused();
    const pauses: number[] = [];
    for (let probe = 0; probe < 9; probe += 1) {
      const nowMs = throttle.untilMs;
      throttle = adaptThrottle(throttle, seen(0, 20, { nowMs })) ?? throttle;
      pauses.push((throttle.untilMs - nowMs) / 1_000);
    }
    expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 600, 600, 600]);
  });

  it('is paused once by all calls that had begun before', () => {
    const before = paused();
    expect(adaptThrottle(before, seen(0, 100, { nowMs: NOW + 100 }))).toBe(before);
    const longer = adaptThrottle(before, seen(0, 100, { nowMs: NOW + 100, askedMs: 60_000 }));
    expect(longer).toEqual({ ...before, untilMs: NOW + 60_100 });
  });

  it('is not changed by the answers to calls that had begun before the pause', () => {
    const before = paused();
    expect(adaptThrottle(before, seen(100, 0, { nowMs: NOW + 4_999 }))).toBe(before);
    const late = adaptThrottle(running({ cycle: { ...USED, accepted: 1 } }), seen(0, 100, { nowMs: NOW + 7_000 }));
    expect(late?.ratePerMinute).toBe(600);
  });

  it('judges a slow rate by the contacts of one call', () => {
    const slow = running({ ratePerMinute: 60, hasMetLimit: true });
    const nowMs = NOW + 20_000;
    expect(adaptThrottle(slow, seen(0, 3, { nowMs }))?.untilMs).toBe(nowMs + 5_000);
    expect(adaptThrottle(slow, seen(0, 2, { nowMs }))?.untilMs).toBe(slow.untilMs);
  });

  it('keeps the rate over a pause of an hour', () => {
    const known = running({ ratePerMinute: 900, hasMetLimit: true, cycle: { startMs: NOW, accepted: 900 } });
    const after = adaptThrottle(known, seen(0, 50, { nowMs: NOW + 60_000, askedMs: 3_600_000 }));
    expect(after?.ratePerMinute).toBeCloseTo(450 * 0.95);
  });

  it('judges a probe by one refusal, however small it is', () => {
    const nowMs = NOW + 5_000;
    expect(adaptThrottle(paused(), seen(0, 1, { nowMs }))?.untilMs).toBe(nowMs + 10_000);
    expect(adaptThrottle(paused(), seen(1, 0, { nowMs }))).toMatchObject({ isProbing: false, acceptedMs: nowMs });
  });

  it('doubles the rate every 5 s until it meets the limit, as long as it is used', () => {
    const nowMs = NOW + 10_000;
    expect(adaptThrottle(running(), seen(50, 0, { nowMs: nowMs - 1 }))?.ratePerMinute).toBe(600);
    expect(adaptThrottle(running(), seen(50, 0, { nowMs }))?.ratePerMinute).toBe(1_200);
    expect(adaptThrottle(running({ cycle: { ...USED, accepted: 9 } }), seen(1, 0, { nowMs }))?.ratePerMinute).toBe(600);
    const fast = { ratePerMinute: 800_000, cycle: { ...USED, accepted: 20_000 } };
    expect(adaptThrottle(running(fast), seen(50, 0, { nowMs }))?.ratePerMinute).toBeNull();
  });

  it('grows by a tenth in the first minute after a refusal, and by twice as much in each further one', () => {
    let throttle = running({ hasMetLimit: true });
    const rates = [];
    for (let minute = 1; minute <= 6; minute += 1) {
      throttle = adaptThrottle(throttle, seen(50, 0, { nowMs: NOW + 5_000 + minute * 60_000 })) ?? throttle;
      rates.push(Math.round(throttle.ratePerMinute ?? 0));
    }
    expect(rates).toEqual([660, 792, 1_109, 1_996, 3_992, 7_983]);
    expect(adaptThrottle(running({ hasMetLimit: true }), seen(50, 0, { nowMs: NOW + 60_000 }))?.ratePerMinute).toBe(
      600,
    );
  });

  it('slows down by the share that is refused, and not for single subscriptions', () => {
    const nowMs = NOW + 8_000;
    expect(adaptThrottle(running(), seen(90, 10, { nowMs }))?.ratePerMinute).toBeCloseTo(600 * 0.9 * 0.95);
    expect(adaptThrottle(running(), seen(99, 1, { nowMs }))?.ratePerMinute).toBe(600);
    expect(adaptThrottle(running({ ratePerMinute: 61 }), seen(60, 40, { nowMs }))?.ratePerMinute).toBe(60);
  });

  it('keeps no rate where one accepted probe is enough', () => {
    const throttle = adaptThrottle(undefined, seen(0, 20), false);
    expect(throttle).toMatchObject({ ratePerMinute: null, isProbing: true });
    expect(adaptThrottle(throttle, seen(20, 0, { nowMs: NOW + 5_000 }), false)).toMatchObject({
      ratePerMinute: null,
      isProbing: false,
    });
  });

  it('meets a service that lets 1,000 through in each minute and says when the next one begins', () => {
    const minute = { startMs: 0, count: 0 };
    const total = run(30, (nowMs) => {
      if (nowMs >= minute.startMs + 60_000) Object.assign(minute, { startMs: nowMs, count: 0 });
      minute.count += 1;
      return {
        isAccepted: minute.count <= 1_000,
        askedMs: minute.count <= 1_000 ? 0 : minute.startMs + 60_000 - nowMs,
      };
    });
    expect(total.acceptedLater / 28).toBeGreaterThan(850);
    expect(total.refusedLater / total.acceptedLater).toBeLessThan(0.1);
  });

  it.each([1_000, 20_000])('meets a service that fills a bucket with %i a minute and says nothing', (perMinute) => {
    const bucket = { filledMs: NOW, tokens: perMinute / 10 };
    const total = run(30, (nowMs) => {
      const added = ((nowMs - bucket.filledMs) / 60_000) * perMinute;
      Object.assign(bucket, { filledMs: nowMs, tokens: Math.min(perMinute / 10, bucket.tokens + added) });
      if (bucket.tokens < 1) return { isAccepted: false, askedMs: 0 };
      bucket.tokens -= 1;
      return { isAccepted: true, askedMs: 0 };
    });
    expect(total.acceptedLater / 28).toBeGreaterThan(perMinute * 0.85);
    expect(total.refusedLater / total.acceptedLater).toBeLessThan(0.1);
  });
});
