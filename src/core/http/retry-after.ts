/**
 * Parses a Retry-After value and returns the seconds to wait from `now`, never less than 0. Accepts a number
 * of seconds, an HTTP date (RFC 9110, section 10.2.3) and a .NET time span `[d.]hh:mm:ss[.fffffff]`. Returns
 * undefined for anything else.
 */
export function retryAfterSeconds(value: unknown, now: Date): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return Math.max(0, value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const span = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?$/.exec(text);
  if (span !== null) {
    const [days, hours, minutes, seconds] = span.slice(1).map((part: string | undefined) => Number(part ?? 0));
    return (days ?? 0) * 86_400 + (hours ?? 0) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  }
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now.getTime()) / 1_000));
}

/** The largest that .NET has (learn.microsoft.com, "TimeSpan.MaxValue"). */
const MAX_TIME_SPAN_SECONDS = 922_337_203_685;

/**
 * Returns a .NET time span `[d.]hh:mm:ss` of whole seconds, rounded up (learn.microsoft.com, "Standard
 * TimeSpan formats").
 */
export function toTimeSpan(seconds: number): string {
  const whole = Math.min(Math.ceil(seconds), MAX_TIME_SPAN_SECONDS);
  const days = Math.floor(whole / 86_400);
  const clock = [Math.floor(whole / 3_600) % 24, Math.floor(whole / 60) % 60, whole % 60];
  const text = clock.map((part) => String(part).padStart(2, '0')).join(':');
  return `${days > 0 ? `${days}.` : ''}${text}`;
}
