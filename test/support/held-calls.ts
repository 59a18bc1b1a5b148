import { setTimeout as sleep } from 'node:timers/promises';
import type { Installation } from './installation.js';

/** Calls of PushApi with one title, of which so many are answered as a test allows. */
export interface HeldCalls {
  /** Number of calls that have come, answered or not. */
  readonly count: number;
  /** Lets so many more calls be answered; all of them if no number is given. */
  allow(more?: number): void;
  /** Lets all calls of one worker be answered from now on. */
  allowWorker(name: string): void;
}

/** A worker gives a call up after 30 s, so it is held no longer than this. */
const LONGEST_MS = 25_000;

/**
 * Lets PushApi answer so many calls with this title, and holds the others until they are allowed, so that a
 * broadcast is in its middle for as long as a test needs.
 */
export function holdCalls({ pushApi }: Installation, title: string, allowed = 0): HeldCalls {
  let waiting: { readonly via: string; readonly answer: () => void }[] = [];
  const allowedWorkers = new Set<string>();
  let count = 0;
  let left = allowed;
  const hold = async (via: string): Promise<void> => {
    count += 1;
    if (allowedWorkers.has(via)) return;
    if (left > 0) {
      left -= 1;
      return;
    }
    const isAllowed = new Promise<void>((answer) => waiting.push({ via, answer }));
    await Promise.race([isAllowed, sleep(LONGEST_MS, undefined, { ref: false })]);
  };
  pushApi.beforeMessageResponse(title, hold);
  pushApi.beforeWebPushResponse(title, hold);
  return {
    get count() {
      return count;
    },
    allow(more = Number.POSITIVE_INFINITY) {
      left += more;
      const answered = waiting.splice(0, left);
      left -= answered.length;
      for (const { answer } of answered) answer();
    },
    allowWorker(name) {
      allowedWorkers.add(name);
      for (const { via, answer } of waiting) if (via === name) answer();
      waiting = waiting.filter(({ via }) => via !== name);
    },
  };
}
