import { STATUSES, toStatusLabel } from './label-sets.js';

describe('toStatusLabel', () => {
  it.each([
    [200, '200'],
    [429, '429'],
    [503, '503'],
    [299, 'other'],
    [799, 'other'],
    [0, 'other'],
    [-1, 'other'],
    [200.5, 'other'],
    [Number.NaN, 'other'],
    [null, 'none'],
  ])('of %p is %s', (status, label) => {
    expect(toStatusLabel(status)).toBe(label);
  });

  it('has no other values, whatever a peer answers', () => {
    const labels = Array.from({ length: 2_000 }, (_, status) => toStatusLabel(status));
    expect(labels.filter((label) => !STATUSES.includes(label))).toEqual([]);
  });
});
