import type { Schema } from '../../api/api-types.js';

/** What a chart shows of an hour. */
interface ShownHour {
  /** The beginning of the hour, in milliseconds since 1970. */
  readonly atMs: number;
  readonly delivered: number;
  readonly received: number;
  readonly clicks: number;
}

const HOUR_MS = 3_600_000;

/** Hours without anything that are filled in after one another; a longer silence stays a gap. */
const MAX_FILLED = 48;

/**
 * Adds zeros for the hours in which nothing was counted, which the API leaves out: a line between two hours
 * would say that something was. One more before the first and after the last let the bars be seen.
 */
export function fillHours(items: readonly Schema<'MessageHourAnswer'>[]): ShownHour[] {
  const hours: ShownHour[] = [];
  for (const { date, delivered, received, clicks } of items) {
    const atMs = Date.parse(date);
    const last = hours.at(-1)?.atMs ?? atMs - 2 * HOUR_MS;
    hours.push(...silence(last + HOUR_MS, atMs), { atMs, delivered, received, clicks });
  }
  const end = hours.at(-1)?.atMs;
  return end === undefined ? [] : [...hours, ...silence(end + HOUR_MS, end + 2 * HOUR_MS)];
}

function silence(fromMs: number, toMs: number): ShownHour[] {
  const count = (toMs - fromMs) / HOUR_MS;
  const starts =
    count <= MAX_FILLED ? Array.from({ length: count }, (_, at) => fromMs + at * HOUR_MS) : [fromMs, toMs - HOUR_MS];
  return starts.map((atMs) => ({ atMs, delivered: 0, received: 0, clicks: 0 }));
}
