import type { GoneCount } from '../../stats/gone-share.reader.js';

/** Fewer are nothing to be afraid of. */
const MIN_GONE = 20;

/** From so many on a smaller share is no chance. */
const MANY_GONE = 100;

/** A past of fewer answers says nothing. */
const MIN_PAST = 1_000;

/** How many times as often as in the past is too often. */
const FACTOR = 3;

/** A call has up to a few hundred recipients, so chance alone may double the share. */
const SHARE = 0.5;
const SHARE_OF_MANY = 0.3;

/** Even where most were gone in the past, nearly all of them are too many. */
const MAX_SHARE = 0.9;

/**
 * Whether so many recipients of one call, or of one push service in a batch, are gone that the answer is
 * doubted: at least 20, at least half, and three times as often as in the domain's past; nine of ten always.
 */
export function isCallDoubtful(call: GoneCount, past: GoneCount): boolean {
  return call.gone >= MIN_GONE && shareOf(call) >= limit(SHARE, past);
}

/**
 * Whether so many recipients of a send so far are gone that the answers are doubted: as of a call, and from
 * 100 on also 30 % of them, where at least 1,000 answers are known of the domain.
 */
export function isSendDoubtful(soFar: GoneCount, past: GoneCount): boolean {
  const isKnown = soFar.gone >= MANY_GONE && past.answered >= MIN_PAST;
  return soFar.gone >= MIN_GONE && shareOf(soFar) >= limit(isKnown ? SHARE_OF_MANY : SHARE, past);
}

function limit(least: number, past: GoneCount): number {
  const usual = past.answered < MIN_PAST ? 0 : shareOf(past);
  return Math.min(MAX_SHARE, Math.max(least, FACTOR * usual));
}

/** The share of the recipients that are gone; 0 of none. */
export function shareOf({ answered, gone }: GoneCount): number {
  return answered === 0 ? 0 : gone / answered;
}
