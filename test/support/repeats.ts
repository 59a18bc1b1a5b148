import type { SendCall } from './stand-in-push-api.js';

/** A time in which something was killed or cut off. */
export interface Crash {
  readonly fromMs: number;
  readonly toMs: number;
  /** Only what came to PushApi this way was hit; everything when it is undefined. */
  readonly via?: string;
}

/** What PushApi got more than once for a message. */
export interface Repeats {
  readonly contacts: number;
  /** Calls that held one of them again. */
  readonly calls: number;
  /** Contacts that were sent to again although nothing was in the way of the first outcome. */
  readonly unexcused: readonly string[];
}

/** An outcome that PushApi has answered is written within this time; until then a crash may lose it. */
const UNWRITTEN_MS = 2_000;

/**
 * Finds what was sent again. That is excused when the earlier call told no outcome for the contact, because it was broken
 * on purpose or in flight at a crash, and when a crash came before the outcome was written.
 */
export function findRepeats(calls: readonly SendCall[], crashes: readonly Crash[]): Repeats {
  const lastCalls = new Map<string, SendCall>();
  const contacts = new Set<string>();
  const again = new Set<SendCall>();
  const unexcused: string[] = [];
  const note = (call: SendCall, key: string): void => {
    const before = lastCalls.get(key);
    lastCalls.set(key, call);
    if (before === undefined) return;
    contacts.add(key);
    again.add(call);
    if (!isExcused(before, key, crashes)) unexcused.push(key);
  };
  for (const call of calls) {
    for (const key of call.keys) note(call, key);
  }
  return { contacts: contacts.size, calls: again.size, unexcused };
}

function isExcused(call: SendCall, key: string, crashes: readonly Crash[]): boolean {
  if (call.fault !== undefined && !call.told.has(key)) return true;
  const { via, startedMs, answeredMs = Number.POSITIVE_INFINITY } = call;
  return crashes.some(
    (crash) => (crash.via ?? via) === via && startedMs <= crash.toMs && answeredMs >= crash.fromMs - UNWRITTEN_MS,
  );
}
