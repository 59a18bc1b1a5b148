/** The queue that wakes a worker to hand visitors to Doppler. */
export const DOPPLER_VISITORS_QUEUE = 'doppler-visitors';

export interface DopplerVisitorJob {
  readonly contactId: string;
}

/** After this long Doppler is no longer asked. */
export const GIVE_UP_AFTER_MS = 24 * 3_600_000;

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** How long to wait after the attempt of this number, counted from 0. */
export function pauseAfterMs(attempts: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS);
}
