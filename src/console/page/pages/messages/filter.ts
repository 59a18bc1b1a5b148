/** What the list of messages is narrowed to; dates as date fields have them, `2026-11-29` or ''. */
export interface MessageFilter {
  readonly text: string;
  readonly from: string;
  readonly to: string;
}

export function readFilter(query: URLSearchParams): MessageFilter {
  return { text: query.get('text') ?? '', from: query.get('from') ?? '', to: query.get('to') ?? '' };
}

/** Returns the API's query of a filter: days are the reader's own, and `to` is its day's last millisecond. */
export function toQuery({ text, from, to }: MessageFilter): { text: string; from: string; to: string } {
  return { text, from: toInstant(from, '00:00:00.000'), to: toInstant(to, '23:59:59.999') };
}

/** Whether the period ends before it begins. */
export function isReversed({ from, to }: MessageFilter): boolean {
  return from !== '' && to !== '' && to < from;
}

function toInstant(day: string, time: string): string {
  const instant = new Date(`${day}T${time}`);
  return Number.isNaN(instant.getTime()) ? '' : instant.toISOString();
}
