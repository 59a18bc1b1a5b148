import { type GroupingPeriod, startOfPeriod } from './report-periods.js';

it.each<[string, GroupingPeriod, string]>([
  ['2026-03-04T23:00:00Z', 'day', '2026-03-04'],
  ['2026-03-04', 'week', '2026-03-01'],
  ['2026-03-01', 'week', '2026-03-01'],
  ['2026-01-03', 'week', '2025-12-28'],
  ['2026-03-31', 'month', '2026-03-01'],
  ['2024-02-29', 'year', '2024-01-01'],
])('lets %s lie in the %s that begins on %s', (day, unit, begin) => {
  expect(startOfPeriod(new Date(day), unit)).toEqual(new Date(begin));
});
