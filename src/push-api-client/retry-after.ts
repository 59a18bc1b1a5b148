/**
 * Seconds to wait by a Retry-After value in any of its forms: seconds, an HTTP date (RFC 9110, section 10.2.3), or a .NET
 * time span `[d.]hh:mm:ss[.fffffff]`. Undefined for anything else.
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
