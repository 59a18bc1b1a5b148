import { useContext, useMemo } from 'preact/hooks';
import { type Language, LanguageContext, toLocale } from './language.js';

/** Seconds of the units of a duration. */
const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Numbers and dates as the reader writes them; dates in the browser's time zone unless they say UTC. */
export interface Format {
  readonly number: (value: number) => string;
  /** A share, for example 0.123 as 12.3 %; – when there is nothing to divide by. */
  readonly percent: (part: number, whole: number) => string;
  readonly date: (iso: string) => string;
  readonly dateTime: (iso: string) => string;
  /** With seconds, for what is over soon. */
  readonly moment: (iso: string) => string;
  /** Without the year, for axes and tiles. */
  readonly shortDateTime: (ms: number) => string;
  /** A time of day; midnight is its day. */
  readonly time: (ms: number) => string;
  /** A day of the API, `2026-11-29`, which is one of UTC. */
  readonly day: (date: string) => string;
  /** The same without the year. */
  readonly shortDay: (date: string) => string;
  /** How long, in its two largest units: 90 is `1 min 30 sec`. */
  readonly duration: (seconds: number) => string;
  readonly bytes: (value: number) => string;
}

/** Creates the formats of a language, in the browser's own locale where it has one for it. */
export function createFormat(language: Language, locale = toLocale(language)): Format {
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const short = { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' } as const;
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const dayOfYear = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
  const shortDateTime = new Intl.DateTimeFormat(locale, short);
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const shortDay = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' });
  const unit = (value: number, name: string): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, maximumFractionDigits: 1 }).format(value);
  return {
    number: (value) => number.format(value),
    percent: (part, whole) => (whole === 0 ? '–' : percent.format(part / whole)),
    date: (iso) => date.format(new Date(iso)),
    dateTime: (iso) => dateTime.format(new Date(iso)),
    moment: (iso) => moment.format(new Date(iso)),
    shortDateTime: (ms) => shortDateTime.format(ms),
    time: (ms) => (new Date(ms).getHours() === 0 && new Date(ms).getMinutes() === 0 ? dayOfYear : time).format(ms),
    day: (text) => day.format(new Date(`${text}T00:00:00Z`)),
    shortDay: (text) => shortDay.format(new Date(`${text}T00:00:00Z`)),
    duration: (seconds) => writeDuration(Math.round(seconds), unit),
    bytes: (value) => (value < 1_000 ? unit(value, 'byte') : unit(value / 1_000, 'kilobyte')),
  };
}

/** Writes the largest unit and the one below it, where there is any of it. */
function writeDuration(seconds: number, write: (value: number, unit: string) => string): string {
  const at = UNITS.findIndex(([, size]) => seconds >= size);
  if (at === -1) return write(0, 'second');
  const [[largest, size], below] = [UNITS[at] ?? UNITS[0], UNITS[at + 1]];
  const first = write(Math.floor(seconds / size), largest);
  const rest = below === undefined ? 0 : Math.floor((seconds % size) / below[1]);
  return below === undefined || rest === 0 ? first : `${first} ${write(rest, below[0])}`;
}

export function useFormat(): Format {
  const language = useContext(LanguageContext);
  return useMemo(() => createFormat(language), [language]);
}
