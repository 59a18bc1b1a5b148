/** One document of the counters: a message of a domain in the UTC hour that begins at `hour`. */
export interface HourOfMessage {
  readonly domain: string;
  readonly messageId: string;
  readonly hour: Date;
}

const HOUR_MS = 3_600_000;

/** The beginning of the UTC hour, in milliseconds of the Unix time. */
export function startOfHour(date: Date): number {
  return Math.floor(date.getTime() / HOUR_MS) * HOUR_MS;
}

/** What is added to the counters of an hour. */
export interface CountedHour<Counts> {
  readonly hour: HourOfMessage;
  readonly counts: Counts;
}

/** A text that is the same for the same hour of the same message. */
export function keyOfHour({ domain, messageId, hour }: HourOfMessage): string {
  return `${hour.getTime()}:${messageId}:${domain}`;
}

/** Divides what happened by the message that it belongs to and the hour that it is counted in. */
export function byHour<T extends { readonly date: Date }>(
  happened: Iterable<T>,
  messageOf: (each: T) => Pick<HourOfMessage, 'domain' | 'messageId'>,
): [HourOfMessage, T[]][] {
  const hours = new Map<string, [HourOfMessage, T[]]>();
  for (const each of happened) {
    const { domain, messageId } = messageOf(each);
    const hour = startOfHour(each.date);
    const key = `${hour}:${messageId}`;
    const ofHour = hours.get(key);
    if (ofHour) ofHour[1].push(each);
    else hours.set(key, [{ domain, messageId, hour: new Date(hour) }, [each]]);
  }
  return [...hours.values()];
}
