import type { ServiceSettings } from './settings.js';

/** Number of senders that are remembered; beyond it, those whose minute is over are forgotten. */
const MAX_SENDERS = 100_000;

type RateLimit = Pick<ServiceSettings, 'rateLimitPerMinute' | 'minuteSeconds'>;

interface Minute {
  readonly endMs: number;
  messages: number;
}

/**
 * Counts messages by sender and minute. A minute begins with the sender's first message and is refilled as a
 * whole, as FCM's is (firebase.google.com, "FCM throttling and quotas").
 */
export class RateLimits {
  private readonly minutes = new Map<string, Minute>();

  /** Counts a message. Returns the seconds until the sender's next minute when it was one too many. */
  count(sender: string, { rateLimitPerMinute, minuteSeconds }: RateLimit, nowMs = Date.now()): number | undefined {
    const minute = this.minuteOf(sender, minuteSeconds, nowMs);
    minute.messages += 1;
    if (minute.messages <= rateLimitPerMinute) return undefined;
    return Math.max(1, Math.ceil((minute.endMs - nowMs) / 1_000));
  }

  clear(): void {
    this.minutes.clear();
  }

  private minuteOf(sender: string, minuteSeconds: number, nowMs: number): Minute {
    const known = this.minutes.get(sender);
    if (known !== undefined && nowMs < known.endMs) return known;
    if (this.minutes.size >= MAX_SENDERS) this.forget(nowMs);
    const minute = { endMs: nowMs + minuteSeconds * 1_000, messages: 0 };
    this.minutes.set(sender, minute);
    return minute;
  }

  private forget(nowMs: number): void {
    for (const [sender, { endMs }] of this.minutes) {
      if (nowMs >= endMs) this.minutes.delete(sender);
    }
  }
}
