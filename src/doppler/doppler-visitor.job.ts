/** The queue whose jobs wake a worker to hand visitors over to Doppler. */
export const DOPPLER_VISITORS_QUEUE = 'doppler-visitors';

export interface DopplerVisitorJob {
  readonly contactId: string;
}

/** A hand-over that still fails after this time is dropped. */
export const GIVE_UP_AFTER_MS = 24 * 3_600_000;

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** Returns the pause in milliseconds after the attempt with this number, counted from 0. */
export function pauseAfterMs(attempts: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS);
}
