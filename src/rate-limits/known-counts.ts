import type { Counted } from './counting-lane.js';

/** This share of a limit passes before anybody waits for Redis; a process may exceed a limit by as much. */
const SHARE_AHEAD = 1 / 32;

/** Some 2 MB. */
const MAX_KEPT = 10_000;

/** Ends of a window that differ by less, because of the time that Redis' response takes, are the same. */
const SAME_END_MS = 100;

interface KnownCount {
  count: number;
  /** By `performance.now()`. */
  endsAt: number;
}

/**
 * Knows what Redis said last of keys, and what was counted here since: a request far from its limit need not
 * wait to be counted. A key of which nothing is known is taken for new.
 */
export class KnownCounts {
  private readonly kept = new Map<string, KnownCount>();

  /** Adds one to a key and returns its count, unless that is more than 1/32 of `max`. */
  addOne(key: string, windowMs: number, max: number): Counted | undefined {
    const now = performance.now();
    let known = this.kept.get(key);
    if (known === undefined || known.endsAt <= now) {
      known = { count: 0, endsAt: now + windowMs };
      this.keep(key, known);
    }
    if (known.count >= max * SHARE_AHEAD) return undefined;
    known.count += 1;
    return { count: known.count, remainingMs: known.endsAt - now };
  }

  /** Takes over what Redis has counted. */
  learn(key: string, { count, remainingMs }: Counted): void {
    const endsAt = performance.now() + remainingMs;
    const known = this.kept.get(key);
    if (known === undefined) {
      this.keep(key, { count, endsAt });
      return;
    }
    const isNextWindow = endsAt > known.endsAt + SAME_END_MS;
    // What was added here since is not in Redis yet.
    known.count = isNextWindow ? count : Math.max(known.count, count);
    known.endsAt = endsAt;
  }

  private keep(key: string, known: KnownCount): void {
    if (this.kept.size >= MAX_KEPT) this.kept.clear();
    this.kept.set(key, known);
  }
}
