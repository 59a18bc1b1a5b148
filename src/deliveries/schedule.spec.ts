import { scheduleOf } from './schedule.js';

const NOW = new Date('2026-01-01T00:00:00Z');
const LATER = new Date('2026-01-02T00:00:00Z');
const EARLIER = new Date('2025-01-01T00:00:00Z');

describe('scheduleOf', () => {
  it.each([
    ['nothing said', {}, NOW, null],
    ['nulls', { sendAt: null, timeToLiveSeconds: null }, NOW, null],
    ['a time that has passed', { sendAt: EARLIER }, NOW, null],
    ['this moment', { sendAt: NOW }, NOW, null],
    ['a later time', { sendAt: LATER }, LATER, null],
    ['a time to live', { timeToLiveSeconds: 60 }, NOW, new Date('2026-01-01T00:01:00Z')],
    [
      'a time to live from a later time on',
      { sendAt: LATER, timeToLiveSeconds: 60 },
      LATER,
      new Date('2026-01-02T00:01:00Z'),
    ],
    [
      'a time to live, not from a time that has passed',
      { sendAt: EARLIER, timeToLiveSeconds: 1 },
      NOW,
      new Date('2026-01-01T00:00:01Z'),
    ],
  ])('for %s', (_, timing, dueAt, expiresAt) => {
    expect(scheduleOf(timing, NOW)).toEqual({ dueAt, expiresAt });
  });
});
