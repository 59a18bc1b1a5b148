export const DAY_MS = 86_400_000;

/** Returns the beginning of the instant's UTC day, which has 24 hours always. */
export function startOfDay(instant: Date | number): Date {
  return new Date(Math.floor(Number(instant) / DAY_MS) * DAY_MS);
}
