import { HORIZON_MS, nextReservationMs, reserve, slotMs } from './slots.js';

const NOW = 1_700_000_000_000;

describe('reserve', () => {
  it.each([
    ['nothing is taken', undefined, 100, { firstMs: NOW, taken: 100 }],
    ['more is asked for than there are places', undefined, 10_000, { firstMs: NOW, taken: 334 }],
    ['places are taken', NOW + 9_000, 10_000, { firstMs: NOW + 9_000, taken: 184 }],
    ['all places are taken', NOW + 20_000, 10_000, { firstMs: NOW + 20_000, taken: 0 }],
    ['places were missed a moment ago', NOW - 1_200, 10, { firstMs: NOW - 1_200, taken: 10 }],
    ['nothing was sent for long', NOW - 3_600_000, 10, { firstMs: NOW - 4_000, taken: 10 }],
  ])('takes places of 1,000 a minute within 20 s when %s', (_, nextMs, count, expected) => {
    expect(reserve(nextMs, { ratePerMinute: 1_000, count, nowMs: NOW, horizonMs: HORIZON_MS })).toEqual(expected);
  });

  it('takes one place when the next one is beyond 20 s', () => {
    expect(reserve(undefined, { ratePerMinute: 1, count: 3, nowMs: NOW, horizonMs: HORIZON_MS })).toEqual({
      firstMs: NOW,
      taken: 1,
    });
  });
});

describe('nextReservationMs', () => {
  it('is when half of the places before the horizon are taken', () => {
    expect(nextReservationMs(NOW + HORIZON_MS, HORIZON_MS)).toBe(NOW + HORIZON_MS / 2);
  });
});

describe('slotMs', () => {
  it('is now for a place that has come, and else the end of its step of 3 s', () => {
    const request = { ratePerMinute: 60, count: 10, nowMs: NOW, horizonMs: HORIZON_MS };
    const reservation = { firstMs: NOW - 1_000, taken: 10 };
    const slots = Array.from({ length: 10 }, (_, index) => slotMs(reservation, index, request));
    expect(slots.slice(0, 2)).toEqual([NOW, NOW]);
    for (const [index, slot] of slots.entries()) {
      const ownMs = NOW - 1_000 + index * 1_000;
      expect(slot === NOW || slot % 3_000 === 0).toBe(true);
      expect(slot).toBeGreaterThanOrEqual(ownMs);
      expect(slot - ownMs).toBeLessThan(3_000);
    }
  });
});
