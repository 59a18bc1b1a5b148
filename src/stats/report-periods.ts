/** Units of reports, in UTC; weeks start on Sunday, as those of `$dateTrunc` (mongodb.com/docs/manual). */
export const GROUPING_PERIODS = ['day', 'week', 'month', 'year'] as const;
export type GroupingPeriod = (typeof GROUPING_PERIODS)[number];

/** Returns the beginning of the day, week, month or year in which a UTC day lies. */
export function startOfPeriod(day: Date, unit: GroupingPeriod): Date {
  const [year, month, date] = [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()];
  switch (unit) {
    case 'day':
      return new Date(Date.UTC(year, month, date));
    case 'week':
      return new Date(Date.UTC(year, month, date - day.getUTCDay()));
    case 'month':
      return new Date(Date.UTC(year, month));
    case 'year':
      return new Date(Date.UTC(year, 0));
  }
}
