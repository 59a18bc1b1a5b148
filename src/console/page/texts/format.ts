import { useContext, useMemo } from 'preact/hooks';
import { type Language, LanguageContext, toLocale } from './language.js';

const SECONDS = { minute: 60, hour: 3_600, day: 86_400 };

/** Numbers and dates as the reader writes them; dates in the browser's time zone unless they say UTC. */
export interface Format {
  readonly number: (value: number) => string;
  /** A share, for example 0.123 as 12.3 %; – when there is nothing to divide by. */
  readonly percent: (part: number, whole: number) => string;
  readonly date: (iso: string) => string;
  readonly dateTime: (iso: string) => string;
  /** Without the year, for axes and tiles. */
  readonly shortDateTime: (ms: number) => string;
  /** A time of day; midnight is its day. */
  readonly time: (ms: number) => string;
  /** A day of the API, `2026-11-29`, which is one of UTC. */
  readonly day: (date: string) => string;
  /** The same without the year. */
  readonly shortDay: (date: string) => string;
  /** How long, in its largest unit: 90 is `1 min`. */
  readonly duration: (seconds: number) => string;
  readonly bytes: (value: number) => string;
}

/** Creates the formats of a language, in the browser's own locale where it has one for it. */
export function createFormat(language: Language, locale = toLocale(language)): Format {
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
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
    shortDateTime: (ms) => shortDateTime.format(ms),
    time: (ms) => (new Date(ms).getHours() === 0 && new Date(ms).getMinutes() === 0 ? dayOfYear : time).format(ms),
    day: (text) => day.format(new Date(`${text}T00:00:00Z`)),
    shortDay: (text) => shortDay.format(new Date(`${text}T00:00:00Z`)),
    duration: (seconds) => {
      if (seconds >= SECONDS.day) return unit(Math.floor(seconds / SECONDS.day), 'day');
      if (seconds >= SECONDS.hour) return unit(Math.floor(seconds / SECONDS.hour), 'hour');
      if (seconds >= SECONDS.minute) return unit(Math.floor(seconds / SECONDS.minute), 'minute');
      return unit(Math.round(seconds), 'second');
    },
    bytes: (value) => (value < 1_000 ? unit(value, 'byte') : unit(value / 1_000, 'kilobyte')),
  };
}

export function useFormat(): Format {
  const language = useContext(LanguageContext);
  return useMemo(() => createFormat(language), [language]);
}
