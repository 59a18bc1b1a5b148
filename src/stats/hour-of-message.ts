/** One document of the counters: a message of a domain in the UTC hour that begins at `hour`. */
export interface HourOfMessage {
  readonly domain: string;
  readonly messageId: string;
  readonly hour: Date;
}

/** What is counted: something of a message that happened at `date`. */
interface Dated {
  readonly domain: string;
  readonly messageId: string;
  readonly date: Date;
}

/** A text that is the same for the same hour of the same message. */
export function keyOfHour({ domain, messageId, hour }: HourOfMessage): string {
  return `${hour.getTime()}:${messageId}:${domain}`;
}

/** Divides what happened by the hours that it is counted in. */
export function byHour<T extends Dated>(happened: Iterable<T>): [HourOfMessage, T[]][] {
  const hours = new Map<string, [HourOfMessage, T[]]>();
  for (const each of happened) {
    const hour = hourOf(each);
    const key = keyOfHour(hour);
    const ofHour = hours.get(key);
    if (ofHour) ofHour[1].push(each);
    else hours.set(key, [hour, [each]]);
  }
  return [...hours.values()];
}

function hourOf({ domain, messageId, date }: Dated): HourOfMessage {
  const hour = new Date(date);
  hour.setUTCMinutes(0, 0, 0);
  return { domain, messageId, hour };
}
