import { IsDate, type ValidationOptions } from 'class-validator';
import type { TransformFnParams } from 'class-transformer';

/** ISO 8601 date, optionally with time and offset. */
const ISO_8601 = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * Turns an ISO 8601 text into the Date it means; without an offset it is UTC. Anything else becomes an invalid Date, for
 * @IsInstant to reject. A `+` that a client forgot to encode arrives as a space and is understood.
 */
export function toInstant({ value }: Pick<TransformFnParams, 'value'>): Date | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value.replace(/(?<=:\d{2}(?:\.\d+)?) (\d{2}:?\d{2})$/, '+$1') : '';
  const [, day, time, offset] = ISO_8601.exec(text) ?? [];
  if (day === undefined || !isDayOfCalendar(day)) return new Date(Number.NaN);
  if (time === undefined) return new Date(`${day}T00:00:00Z`);
  const offsetWithColon = (offset ?? 'Z').toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  return new Date(`${day}T${time}${offsetWithColon}`);
}

/** Date rolls 30 February over to March; a caller who writes it has made a mistake. */
function isDayOfCalendar(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/** Rejects what toInstant could not understand. */
export function IsInstant(options: ValidationOptions = {}): PropertyDecorator {
  return IsDate({ message: '$property must be a date in ISO 8601', ...options });
}
