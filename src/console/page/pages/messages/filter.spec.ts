import { isReversed, toQuery } from './filter.js';

it('a day of the filter is the reader’s own, to its last millisecond', () => {
  const { from, to } = toQuery({ text: '', from: '2026-01-07', to: '2026-01-07' });

  expect(Date.parse(to) - Date.parse(from)).toBe(86_400_000 - 1);
  expect(new Date(from).getHours()).toBe(0);
});

it('what is no day is left out', () => {
  expect(toQuery({ text: 'a', from: '', to: 'tomorrow' })).toEqual({ text: 'a', from: '', to: '' });
});

it('a period may end on the day on which it begins, and not before', () => {
  expect(isReversed({ text: '', from: '2026-01-07', to: '2026-01-07' })).toBe(false);
  expect(isReversed({ text: '', from: '2026-01-07', to: '2026-01-06' })).toBe(true);
  expect(isReversed({ text: '', from: '', to: '2026-01-06' })).toBe(false);
});
