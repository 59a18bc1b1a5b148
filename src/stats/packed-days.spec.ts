import { addPackedDays, DAY_COUNTERS, type Days, packDays } from './packed-days.js';

const EVER = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

function counts(first: number): number[] {
  return DAY_COUNTERS.map((_, index) => first + index);
}

function read(bytes: Uint8Array, range = EVER): Days {
  const sums: Days = new Map();
  addPackedDays(sums, bytes, range);
  return sums;
}

it('packs days in their order, without those that have no count', () => {
  const packed = packDays(
    new Map([
      [20_003, counts(1)],
      [20_001, DAY_COUNTERS.map(() => 0)],
      [20_002, counts(2_000_000_000)],
    ]),
  );
  expect([...read(packed)]).toEqual([
    [20_002, counts(2_000_000_000)],
    [20_003, counts(1)],
  ]);
  expect(packDays(new Map())).toHaveLength(0);
});

it('adds the days within a range, wherever the bytes lie in their buffer', () => {
  const packed = packDays(new Map([1, 2, 3, 4].map((day) => [day, counts(day)])));
  const moved = new Uint8Array(packed.length + 3);
  moved.set(packed, 3);
  const sums = read(packed, { from: 2, to: 4 });
  addPackedDays(sums, moved.subarray(3), { from: 3, to: 9 });
  expect([...sums]).toEqual([
    [2, counts(2)],
    [3, counts(3).map((count) => 2 * count)],
    [4, counts(4)],
  ]);
});
