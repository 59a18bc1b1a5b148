/** The pause after a refusal without Retry-After; it doubles with each probe that is refused. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 600_000;

/** The longest Retry-After that is kept. */
const ASKED_MAX_MS = 3_600_000;

/**
 * Refused contacts of one call from which on the call counts as refused, if they are half of it. Push
 * services also limit single subscriptions, and a send to one visitor must not pause all others.
 */
const MIN_LIMITED = 5;

/** Contacts that share a call are sent to within this time. */
const CALL_MS = 3_000;

/** A share that is refused because of single subscriptions says nothing about the rate. */
const SINGLE_SUBSCRIPTIONS = 0.02;

/** Contacts a minute after the first pause, and the least and the most that are kept. */
const START_RATE = 600;
const MIN_RATE = 60;
const MAX_RATE = 1_000_000;

/** Below the rate that was let through, so that the next window of the service is not filled to its edge. */
const MARGIN = 0.95;

/** While the limit is unknown the rate doubles every 5 s, as long as this share of it is used. */
const SEARCH = { factor: 2, everyMs: 5_000, minUse: 0.2 };

/**
 * Once the limit was met, the rate grows by a tenth in the first minute without a refusal and by twice as
 * much in each further one, at most to the double.
 */
const GROWTH = { first: 0.1, everyMs: 60_000 };

/**
 * A service that counts by minutes says when the next one begins; a longer pause says nothing about its
 * rate.
 */
const MAX_COUNTED_PAUSE_MS = 60_000;

/** Refusals so soon after a pause answer calls that began before it. */
const LATE_MS = 3_000;

/** Refusals of one moment come in several calls, and are answered by one decrease. */
const DECREASE_EVERY_MS = 3_000;

/** Times of acceptance are this exact. */
const ACCEPTED_EVERY_MS = 60_000;

/** What one push service lets through to one domain, or to all. Times are in milliseconds since 1970. */
export interface Throttle {
  /** Nothing is sent before this. */
  readonly untilMs: number;
  /** The last pause that we chose ourselves. */
  readonly pauseMs: number;
  /** Nothing was accepted since the pause began: one call probes before others follow. */
  readonly isProbing: boolean;
  /** Contacts a minute; null when only pauses hold sends back. */
  readonly ratePerMinute: number | null;
  /** Whether the service has refused the rate since it was searched for. */
  readonly hasMetLimit: boolean;
  /** When the rate was changed last. */
  readonly changedMs: number;
  /** When something was refused last. */
  readonly refusedMs: number;
  /** What was accepted since the last pause. */
  readonly cycle: { readonly startMs: number; readonly accepted: number };
  readonly acceptedMs: number | null;
}

/** What a push service answered to the contacts of one call. */
export interface Observation {
  /** All that were not refused because of a limit. */
  readonly accepted: number;
  readonly limited: number;
  /** The longest Retry-After; 0 without one. */
  readonly askedMs: number;
  readonly nowMs: number;
}

/** Whether a push service refuses what it was asked, and not just single subscriptions. */
function isRefused({ accepted, limited }: Observation, before: Throttle | undefined): boolean {
  return limited >= minLimited(before) && limited >= accepted;
}

/** A probe is judged by one refusal, and a slow rate by the contacts of a call that keeps it. */
function minLimited(before: Throttle | undefined): number {
  if (before?.isProbing === true) return 1;
  const perCall = ((before?.ratePerMinute ?? MAX_RATE) * CALL_MS) / 60_000;
  return Math.max(1, Math.min(MIN_LIMITED, Math.floor(perCall)));
}

/**
 * The throttle after an observation; `before` itself when nothing changes, undefined when there is none. A
 * refusal pauses: for Retry-After (1 h at most), or from 5 s on doubling to 10 min. The rate after the
 * pause is what was let through since the last one, so that a service that counts by minutes
 * (developer.chrome.com, "Web push rate limits") and one that fills a bucket are both met by a steady rate;
 * it then grows slowly.
 *
 * @param isPaced whether a rate is kept after a pause; else one accepted probe lets everything through.
 */
export function adaptThrottle(
  before: Throttle | undefined,
  observation: Observation,
  isPaced = true,
): Throttle | undefined {
  if (isRefused(observation, before)) return pause(before, observation, isPaced);
  if (before === undefined || observation.accepted === 0) return before;
  return observe(before, observation);
}

function pause(before: Throttle | undefined, { askedMs, accepted, nowMs }: Observation, isPaced: boolean): Throttle {
  const asked = Math.min(askedMs, ASKED_MAX_MS);
  if (before !== undefined && nowMs < before.untilMs) {
    // An answer to a call that began before the pause.
    return nowMs + asked <= before.untilMs ? before : { ...before, untilMs: nowMs + asked };
  }
  const pauseMs = before?.isProbing === true ? Math.min(before.pauseMs * 2, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
  const untilMs = nowMs + Math.max(pauseMs, asked);
  return {
    untilMs,
    pauseMs,
    isProbing: true,
    ratePerMinute: isPaced ? rateAfter(before, untilMs, nowMs) : null,
    hasMetLimit: before !== undefined && !before.isProbing,
    changedMs: untilMs,
    refusedMs: nowMs,
    cycle: { startMs: untilMs, accepted: 0 },
    acceptedMs: accepted > 0 ? nowMs : (before?.acceptedMs ?? null),
  };
}

/** What was let through, over the time that it took and the pause that it cost. */
function rateAfter(before: Throttle | undefined, untilMs: number, nowMs: number): number {
  if (before === undefined) return START_RATE;
  const rate = before.ratePerMinute ?? START_RATE;
  if (before.isProbing || nowMs - before.cycle.startMs < LATE_MS) return rate;
  const pauseMs = Math.min(untilMs - nowMs, MAX_COUNTED_PAUSE_MS);
  const minutes = (nowMs - before.cycle.startMs + pauseMs) / 60_000;
  const observed = before.cycle.accepted / minutes;
  // A rate that is searched for may be far below what was on its way already.
  return Math.max(MIN_RATE, MARGIN * (before.hasMetLimit ? Math.min(observed, rate) : observed));
}

function observe(before: Throttle, { accepted, limited, nowMs }: Observation): Throttle {
  // An answer to a call that began before the pause.
  if (nowMs < before.untilMs) return before;
  const isRecent = before.acceptedMs !== null && nowMs - before.acceptedMs < ACCEPTED_EVERY_MS;
  const confirmed = before.isProbing
    ? { ...before, isProbing: false, changedMs: nowMs, cycle: { startMs: nowMs, accepted: 0 }, acceptedMs: nowMs }
    : before;
  const known = isRecent ? confirmed : { ...confirmed, acceptedMs: nowMs };
  const share = limited / (accepted + limited);
  return share > SINGLE_SUBSCRIPTIONS ? decrease(known, share, nowMs) : increase(known, nowMs);
}

function decrease(before: Throttle, share: number, nowMs: number): Throttle {
  if (before.ratePerMinute === null || nowMs - before.changedMs < DECREASE_EVERY_MS) return before;
  const ratePerMinute = Math.max(MIN_RATE, before.ratePerMinute * (1 - share) * MARGIN);
  return { ...before, ratePerMinute, hasMetLimit: true, changedMs: nowMs, refusedMs: nowMs };
}

function increase(before: Throttle, nowMs: number): Throttle {
  const everyMs = before.hasMetLimit ? GROWTH.everyMs : SEARCH.everyMs;
  if (before.ratePerMinute === null || nowMs - before.changedMs < everyMs) return before;
  const factor = before.hasMetLimit ? growthFactor(before, nowMs) : searchFactor(before, nowMs);
  const rate = before.ratePerMinute * factor;
  return { ...before, ratePerMinute: rate > MAX_RATE ? null : rate, changedMs: nowMs };
}

function growthFactor({ refusedMs, untilMs }: Throttle, nowMs: number): number {
  const minutes = Math.floor((nowMs - Math.max(refusedMs, untilMs)) / GROWTH.everyMs);
  return Math.min(2, 1 + GROWTH.first * 2 ** Math.max(0, minutes - 1));
}

/** A rate that is not used says nothing about the limit. */
function searchFactor({ cycle, ratePerMinute }: Throttle, nowMs: number): number {
  const used = (cycle.accepted / (nowMs - cycle.startMs)) * 60_000;
  return used >= (ratePerMinute ?? 0) * SEARCH.minUse ? SEARCH.factor : 1;
}
