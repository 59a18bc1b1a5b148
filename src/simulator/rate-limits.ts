const MINUTE_MS = 60_000;

/** Number of senders that are remembered; beyond it, those whose minute is over are forgotten. */
const MAX_SENDERS = 100_000;

/**
 * Counts messages by sender and minute. A minute begins with the sender's first message and is refilled as a
 * whole, as FCM's is (firebase.google.com, "FCM throttling and quotas").
 */
export class RateLimits {
  private readonly minutes = new Map<string, { startMs: number; messages: number }>();

  /** Counts a message. Returns the seconds until the sender's next minute when it was one too many. */
  count(sender: string, perMinute: number, nowMs = Date.now()): number | undefined {
    const minute = this.minuteOf(sender, nowMs);
    minute.messages += 1;
    if (minute.messages <= perMinute) return undefined;
    return Math.max(1, Math.ceil((minute.startMs + MINUTE_MS - nowMs) / 1_000));
  }

  clear(): void {
    this.minutes.clear();
  }

  private minuteOf(sender: string, nowMs: number): { startMs: number; messages: number } {
    const known = this.minutes.get(sender);
    if (known !== undefined && nowMs < known.startMs + MINUTE_MS) return known;
    if (this.minutes.size >= MAX_SENDERS) this.forget(nowMs);
    const minute = { startMs: nowMs, messages: 0 };
    this.minutes.set(sender, minute);
    return minute;
  }

  private forget(nowMs: number): void {
    for (const [sender, { startMs }] of this.minutes) {
      if (nowMs >= startMs + MINUTE_MS) this.minutes.delete(sender);
    }
  }
}
