import { DAY_COUNTERS, DaySums, packDays, unpackDays } from './packed-days.js';

function counts(first: number): number[] {
  return DAY_COUNTERS.map((_, index) => first + index);
}

/** As older versions have stored days: rows of 32-bit integers. */
function packRows(...rows: readonly (readonly [day: number, ...counts: number[]])[]): Uint8Array {
  return new Uint8Array(Int32Array.from(rows.flat()).buffer);
}

it('packs days in their order, without those that have no count', () => {
  const packed = packDays(
    new Map([
      [20_003, counts(1)],
      [20_001, DAY_COUNTERS.map(() => 0)],
      [20_002, counts(2_000_000_000)],
    ]),
  );
  expect([...unpackDays(packed)]).toEqual([
    [20_002, counts(2_000_000_000)],
    [20_003, counts(1)],
  ]);
  expect(packDays(new Map())).toHaveLength(0);
  expect(unpackDays(new Uint8Array())).toEqual(new Map());
});

it.each([
  [0, 0],
  [1, 1],
  [255, 1],
  [256, 2],
  [65_535, 2],
  [65_536, 4],
  [2_147_483_647, 4],
  [-1, 4],
])('keeps a counter of %i and gives it %i bytes a day', (count, bytes) => {
  const [size, none] = [count, 0].map((clicks) => {
    const days = new Map([[20_000, [1, 0, 0, 0, clicks, 0, 0, 0]]]);
    expect(unpackDays(packDays(days))).toEqual(days);
    return packDays(days).length;
  });
  expect((size ?? 0) - (none ?? 0)).toBe(bytes);
});

it('adds the days within a range, wherever the bytes lie in their buffer', () => {
  const packed = packDays(new Map([1, 2, 3, 4].map((day) => [day, counts(day)])));
  const moved = new Uint8Array(packed.length + 3);
  moved.set(packed, 3);
  const sums = new DaySums({ from: 2, to: 5 });
  sums.add(packed, 4);
  sums.add(moved.subarray(3));
  sums.add(packDays(new Map([[7, counts(7)]])));
  sums.add(packDays(new Map([[1, counts(7)]])));
  expect([...sums.toDays()]).toEqual([
    [2, counts(2).map((count) => 2 * count)],
    [3, counts(3).map((count) => 2 * count)],
    [4, counts(4)],
  ]);
});

it('adds days of which some between have no count', () => {
  const days = new Map([3, 40, 41].map((day) => [day, counts(300)]));
  expect(unpackDays(packDays(days))).toEqual(days);
});

it('reads what older versions have packed', () => {
  const rows = packRows([20_001, ...counts(1)], [20_004, ...counts(70_000)], [20_005, ...counts(5)]);
  expect([...unpackDays(rows)]).toEqual([
    [20_001, counts(1)],
    [20_004, counts(70_000)],
    [20_005, counts(5)],
  ]);
  const sums = new DaySums({ from: 20_002, to: 20_006 });
  sums.add(rows, 20_005);
  expect([...sums.toDays()]).toEqual([[20_004, counts(70_000)]]);
});

it('leaves out counters of newer versions', () => {
  const packed = packDays(new Map([[20_000, counts(1)]]));
  const [columns = 0] = new Int32Array(packed.slice(12, 16).buffer);
  const newer = new Uint8Array([...packed.subarray(0, 16 + columns), 2, ...packed.subarray(16 + columns), 9, 9]);
  newer.set(new Uint8Array(Int32Array.of(columns + 1).buffer), 12);
  expect(unpackDays(newer)).toEqual(new Map([[20_000, counts(1)]]));
});
