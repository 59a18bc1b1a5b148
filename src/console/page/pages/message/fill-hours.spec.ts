import { fillHours } from './fill-hours.js';

const counts = { sent: 9, delivered: 9, notDelivered: 0, received: 4, clicks: 1, actionClicks: 0, dismissed: 0 };

function hour(date: string): Parameters<typeof fillHours>[0][number] {
  return { date, ...counts, uniqueReceived: 4, uniqueClicks: 1 };
}

function read(dates: readonly string[]): [string, number][] {
  return fillHours(dates.map(hour)).map(({ atMs, received }) => [new Date(atMs).toISOString().slice(5, 13), received]);
}

it('has an hour of silence before and after one hour', () => {
  expect(read(['2026-06-01T09:00:00Z'])).toEqual([
    ['06-01T08', 0],
    ['06-01T09', 4],
    ['06-01T10', 0],
  ]);
});

it('says that nothing was counted between two hours', () => {
  expect(read(['2026-06-01T09:00:00Z', '2026-06-01T12:00:00Z']).map(([, received]) => received)).toEqual([
    0, 4, 0, 0, 4, 0,
  ]);
});

it('fills a silence of months with its two ends', () => {
  const filled = read(['2026-01-01T09:00:00Z', '2026-06-01T12:00:00Z']);
  expect(filled.map(([date]) => date)).toEqual([
    '01-01T08',
    '01-01T09',
    '01-01T10',
    '06-01T11',
    '06-01T12',
    '06-01T13',
  ]);
});

it('has nothing of nothing', () => {
  expect(read([])).toEqual([]);
});
