import type { TransformFnParams } from 'class-transformer';

/** An ISO 8601 date, optionally with time and offset. */
const ISO_8601 = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Month, day, year, time and offset. */
const INVARIANT_CULTURE = /^(\d{2})\/(\d{2})\/(\d{4})(?: (\d{2}:\d{2}:\d{2})(?: ?([+ -]\d{2}:\d{2}))?)?$/;

/**
 * Parses an ISO 8601 text; without an offset it is UTC. Returns undefined for undefined, and an invalid Date,
 * which requests and settings reject, for anything else. A space before the offset counts as `+`, since
 * clients forget to encode it.
 */
export function toInstant({ value }: Pick<TransformFnParams, 'value'>): Date | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value.replace(/(?<=:\d{2}(?:\.\d+)?) (\d{2}:?\d{2})$/, '+$1') : '';
  const [, day, time, offset] = ISO_8601.exec(text) ?? [];
  if (day === undefined || !isDayOfCalendar(day)) return new Date(Number.NaN);
  if (time === undefined) return new Date(`${day}T00:00:00Z`);
  const offsetWithColon = (offset ?? 'Z').toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  return withinYears(new Date(`${day}T${time}${offsetWithColon}`));
}

/**
 * As toInstant, and also takes what .NET prints in the invariant culture: `11/24/2026`, `11/24/2026 09:00:00`
 * and, of a DateTimeOffset, ` +03:00` after it (learn.microsoft.com, "Standard date and time formats").
 */
export function toQueryInstant({ value }: Pick<TransformFnParams, 'value'>): Date | undefined {
  const parts = typeof value === 'string' ? INVARIANT_CULTURE.exec(value) : null;
  if (parts === null) return toInstant({ value: value as unknown });
  const [, month = '', day = '', year = '', time, offset = 'Z'] = parts;
  // A plus that was not encoded arrives as a space.
  return toInstant({ value: `${year}-${month}-${day}${time ? `T${time}${offset.replace(' ', '+')}` : ''}` });
}

/** An offset may lead out of the years 1 to 9999, which alone RFC 3339 can write: that is invalid. */
function withinYears(instant: Date): Date {
  const year = instant.getUTCFullYear();
  return year >= 1 && year <= 9_999 ? instant : new Date(Number.NaN);
}

/**
 * The Date constructor turns 30 February into a day in March; here such a day is invalid. The calendar has no
 * year 0.
 */
function isDayOfCalendar(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !day.startsWith('0000') && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
