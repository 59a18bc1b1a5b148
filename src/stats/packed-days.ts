/** The counters of a day in their order, by their names in `messageStats`. New ones may only be appended. */
export const DAY_COUNTERS = [
  'sent',
  'delivered',
  'not_delivered',
  'received',
  'click',
  'action_click',
  'billable_sends',
  'wrong_key',
] as const;

/** Counters in the order of `DAY_COUNTERS`, by UTC day: days since 1970-01-01. */
export type Days = Map<number, number[]>;

export const DAY_MS = 86_400_000;

/** Begins packed columns, in place of a day. */
const COLUMNS = -1;

/** Little-endian 32-bit integers: `COLUMNS`, the first day, how many days, how many columns. */
const HEADER = { firstDay: 4, days: 8, columns: 12, bytes: 16 } as const;

/** Bytes of a value of a column: none where all are 0, four for a signed one. */
type Width = 0 | 1 | 2 | 4;

/** Older versions packed rows: a day and its counters, each a little-endian 32-bit integer. */
const ROW = { counters: 8, valueBytes: 4, bytes: 36 } as const;

/** Days from the first to before the last, in days since 1970-01-01. */
export interface DayRange {
  readonly from: number;
  readonly to: number;
}

/** Returns the day in which an instant lies. */
export function dayOf(instant: Date | number): number {
  return Math.floor(Number(instant) / DAY_MS);
}

/** Returns the beginning of a day. */
export function startOf(day: number): Date {
  return new Date(day * DAY_MS);
}

/**
 * Packs days into a column for each counter, from the first day with a count to the last one, with as many
 * bytes a value as its largest one needs: a report reads the days of hundreds of messages.
 */
export function packDays(days: Days): Uint8Array {
  const counted = [...days].filter(([, counts]) => counts.some((count) => count !== 0));
  if (counted.length === 0) return new Uint8Array();
  const firstDay = counted.reduce((first, [day]) => Math.min(first, day), Infinity);
  const length = counted.reduce((last, [day]) => Math.max(last, day), 0) - firstDay + 1;
  const widths = DAY_COUNTERS.map((_, counter) => widthOf(counted.map(([, counts]) => counts[counter] ?? 0)));
  const bytes = widths.reduce<number>((sum, width) => sum + width * length, HEADER.bytes + widths.length);
  const packed = new DataView(new ArrayBuffer(bytes));
  packed.setInt32(0, COLUMNS, true);
  packed.setInt32(HEADER.firstDay, firstDay, true);
  packed.setInt32(HEADER.days, length, true);
  packed.setInt32(HEADER.columns, widths.length, true);
  let at: number = HEADER.bytes;
  for (const width of widths) packed.setUint8(at++, width);
  for (const [counter, width] of widths.entries()) {
    for (const [day, counts] of counted) write(packed, at + (day - firstDay) * width, width, counts[counter] ?? 0);
    at += length * width;
  }
  return new Uint8Array(packed.buffer);
}

/** Returns all packed days that have a count. */
export function unpackDays(bytes: Uint8Array): Days {
  const packed = viewOf(bytes);
  const sums = new DaySums(rangeOf(packed));
  sums.add(bytes);
  return sums.toDays();
}

/** Sums of counters by day, over messages. */
export class DaySums {
  /** For each counter a sum for each day of the range. */
  private readonly columns: readonly Float64Array[];

  /** @param range the days that are summed. */
  constructor(private readonly range: DayRange) {
    const days = Math.max(0, range.to - range.from);
    this.columns = DAY_COUNTERS.map(() => new Float64Array(days));
  }

  /**
   * Adds what is packed of the range, or of its days before `to`. It runs for each day of each message of a
   * report: two hundred thousand times in a few milliseconds, so it makes no object for a day.
   */
  add(bytes: Uint8Array, to = this.range.to): void {
    const packed = viewOf(bytes);
    if (packed.byteLength === 0) return;
    if (packed.getInt32(0, true) === COLUMNS) this.addColumns(packed, to);
    else this.addRows(packed, to);
  }

  /** The days that have a count, ascending. */
  toDays(): Days {
    const days: Days = new Map();
    const { from, to } = this.range;
    for (let day = from; day < to; day += 1) {
      const counts = this.columns.map((sums) => sums[day - from] ?? 0);
      if (counts.some((count) => count !== 0)) days.set(day, counts);
    }
    return days;
  }

  private addColumns(packed: DataView, to: number): void {
    const firstDay = packed.getInt32(HEADER.firstDay, true);
    const days = packed.getInt32(HEADER.days, true);
    const widths = packed.getInt32(HEADER.columns, true);
    const from = Math.max(this.range.from, firstDay);
    const until = Math.min(to, firstDay + days);
    if (from >= until) return;
    let at = HEADER.bytes + widths;
    // Newer versions may have counters that this one does not know.
    for (const [counter, sums] of this.columns.slice(0, widths).entries()) {
      const width = packed.getUint8(HEADER.bytes + counter) as Width;
      const added = sums.subarray(from - this.range.from, until - this.range.from);
      addColumn(added, packed, at + (from - firstDay) * width, width);
      at += days * width;
    }
  }

  private addRows(packed: DataView, to: number): void {
    for (let at = 0; at + ROW.bytes <= packed.byteLength; at += ROW.bytes) {
      const day = packed.getInt32(at, true);
      if (day >= this.range.from && day < to) this.addRow(packed, at + ROW.valueBytes, day - this.range.from);
    }
  }

  private addRow(packed: DataView, at: number, day: number): void {
    for (let counter = 0; counter < ROW.counters; counter += 1) {
      const sums = this.columns[counter];
      const value = packed.getInt32(at + ROW.valueBytes * counter, true);
      if (sums !== undefined) sums[day] = (sums[day] ?? 0) + value;
    }
  }
}

/** Adds values to sums, one to each. A loop for each width: V8 makes the most of it. */
function addColumn(sums: Float64Array, packed: DataView, at: number, width: Width): void {
  if (width === 1) {
    for (let day = 0; day < sums.length; day += 1) sums[day] = (sums[day] ?? 0) + packed.getUint8(at + day);
  } else if (width === 2) {
    for (let day = 0; day < sums.length; day += 1) {
      sums[day] = (sums[day] ?? 0) + packed.getUint16(at + 2 * day, true);
    }
  } else if (width === 4) {
    for (let day = 0; day < sums.length; day += 1) {
      sums[day] = (sums[day] ?? 0) + packed.getInt32(at + 4 * day, true);
    }
  }
}

function widthOf(values: readonly number[]): Width {
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  if (lowest < 0 || highest > 0xffff) return 4;
  if (highest > 0xff) return 2;
  return highest > 0 ? 1 : 0;
}

function write(packed: DataView, at: number, width: Width, value: number): void {
  if (width === 1) packed.setUint8(at, value);
  else if (width === 2) packed.setUint16(at, value, true);
  else if (width === 4) packed.setInt32(at, value, true);
}

/** The days of what is packed. */
function rangeOf(packed: DataView): DayRange {
  if (packed.byteLength === 0) return { from: 0, to: 0 };
  const firstDay = packed.getInt32(0, true);
  if (firstDay !== COLUMNS) return { from: firstDay, to: packed.getInt32(packed.byteLength - ROW.bytes, true) + 1 };
  const from = packed.getInt32(HEADER.firstDay, true);
  return { from, to: from + packed.getInt32(HEADER.days, true) };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
