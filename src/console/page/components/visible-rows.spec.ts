import { findRange } from './visible-rows.js';

const VIEW = { height: 480, rowHeight: 48 };

it.each([
  ['at the top', 0, 10_000, { first: 0, last: 20 }],
  ['in the middle', 48_000, 10_000, { first: 990, last: 1_020 }],
  ['at the end', 10_000 * 48 - 480, 10_000, { first: 9_980, last: 10_000 }],
  ['of a list that has become shorter', 48_000, 5, { first: 5, last: 5 }],
  ['of an empty list', 0, 0, { first: 0, last: 0 }],
])('renders the rows in view and some more %s', (_where, top, count, range) => {
  expect(findRange({ ...VIEW, top }, count)).toEqual(range);
});
