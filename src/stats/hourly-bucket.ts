/**
 * Identifies one document of the hourly counters: a message of a domain, in the UTC hour that begins at
 * `hour`.
 */
export interface HourlyBucket {
  readonly domain: string;
  readonly messageId: string;
  readonly hour: Date;
}

export const HOUR_MS = 3_600_000;

/** Returns the beginning of the date's UTC hour, in milliseconds of Unix time. */
export function startOfHour(date: Date): number {
  return Math.floor(date.getTime() / HOUR_MS) * HOUR_MS;
}

/** Numbers to add to the counters of an hour. */
export interface HourlyCounts<Counts> {
  readonly hour: HourlyBucket;
  readonly counts: Counts;
}

/** Returns a string that is unique to the bucket, for use as a key of a map. */
export function bucketKey({ domain, messageId, hour }: HourlyBucket): string {
  return `${hour.getTime()}:${messageId}:${domain}`;
}

/**
 * Groups items with a date by message and UTC hour. Buckets are in the order of their first item.
 * @param toMessage returns the message that an item is counted for.
 */
export function byHour<T extends { readonly date: Date }>(
  happened: Iterable<T>,
  toMessage: (each: T) => Pick<HourlyBucket, 'domain' | 'messageId'>,
): [HourlyBucket, T[]][] {
  const hours = new Map<string, [HourlyBucket, T[]]>();
  for (const each of happened) {
    const { domain, messageId } = toMessage(each);
    const hour = startOfHour(each.date);
    const key = `${hour}:${messageId}`;
    const ofHour = hours.get(key);
    if (ofHour) ofHour[1].push(each);
    else hours.set(key, [{ domain, messageId, hour: new Date(hour) }, [each]]);
  }
  return [...hours.values()];
}
