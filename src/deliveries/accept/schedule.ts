/** The times that a message asks for; absent is the same as null. */
interface Timing {
  /** Null to send at once. */
  readonly sendAt?: Date | null;
  /** Null for the push service's own limit. */
  readonly timeToLiveSeconds?: number | null;
}

/** The times between which a delivery may be sent. */
export interface Schedule {
  readonly dueAt: Date;
  /** Recipients that are not sent to by then expire; null for no limit. */
  readonly expiresAt: Date | null;
}

/** Computes when to send. A `sendAt` in the past means now; the time to live is counted from `dueAt`. */
export function toSchedule({ sendAt = null, timeToLiveSeconds = null }: Timing, now: Date): Schedule {
  const dueAt = sendAt !== null && sendAt > now ? sendAt : now;
  const expiresAt = timeToLiveSeconds === null ? null : new Date(dueAt.getTime() + timeToLiveSeconds * 1_000);
  return { dueAt, expiresAt };
}
