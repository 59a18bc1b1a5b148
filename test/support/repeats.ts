import type { SendCall } from './stand-in-push-api.js';

/** A period in which a process was killed or a connection cut. */
export interface Crash {
  readonly fromMs: number;
  readonly toMs: number;
  /** Only calls through this path were affected; all calls if undefined. */
  readonly via?: string;
}

/** Recipients that PushApi got more than once for a message. */
export interface Repeats {
  readonly contacts: number;
  /** Calls that contained a repeated recipient. */
  readonly calls: number;
  /** Contacts that were sent to again although no fault or crash lost their first outcome. */
  readonly unexcused: readonly string[];
}

/** A result that PushApi has returned is recorded within this time; until then a crash may lose it. */
const UNWRITTEN_MS = 2_000;

/**
 * Finds repeated sends. A repeat is excused if the earlier call gave no result for the contact because of an
 * injected fault, or if a crash came before the outcome was recorded.
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
  // A call whose body came after the process was frozen had begun before it.
  for (const call of calls.toSorted((one, other) => one.startedMs - other.startedMs)) {
    for (const key of call.keys) note(call, key);
  }
  return { contacts: contacts.size, calls: again.size, unexcused };
}

function isExcused(call: SendCall, key: string, crashes: readonly Crash[]): boolean {
  if (call.fault !== undefined && !call.told.has(key)) return true;
  const { via, startedMs, respondedMs = Number.POSITIVE_INFINITY } = call;
  return crashes.some(
    (crash) => (crash.via ?? via) === via && startedMs <= crash.toMs && respondedMs >= crash.fromMs - UNWRITTEN_MS,
  );
}
