/** What a message says of its time; absent is the same as null. */
interface Timing {
  /** Null for at once. */
  readonly sendAt?: Date | null;
  /** Null for as long as the push service likes. */
  readonly timeToLiveSeconds?: number | null;
}

/** When a message is to be sent, and until when. */
export interface Schedule {
  readonly dueAt: Date;
  /** What is not sent by then is dropped; null for never. */
  readonly expiresAt: Date | null;
}

/** A time that has passed means at once; the time to live begins when the message is to be sent. */
export function scheduleOf({ sendAt = null, timeToLiveSeconds = null }: Timing, now: Date): Schedule {
  const dueAt = sendAt !== null && sendAt > now ? sendAt : now;
  const expiresAt = timeToLiveSeconds === null ? null : new Date(dueAt.getTime() + timeToLiveSeconds * 1_000);
  return { dueAt, expiresAt };
}
