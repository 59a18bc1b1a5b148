import { toSchedule } from './schedule.js';

const NOW = new Date('2026-01-01T00:00:00Z');
const LATER = new Date('2026-01-02T00:00:00Z');
const EARLIER = new Date('2025-01-01T00:00:00Z');

describe('toSchedule', () => {
  it.each([
    ['a message without times', {}, NOW, null],
    ['nulls', { sendAt: null, timeToLiveSeconds: null }, NOW, null],
    ['a sendAt in the past', { sendAt: EARLIER }, NOW, null],
    ['a sendAt of now', { sendAt: NOW }, NOW, null],
    ['a later sendAt', { sendAt: LATER }, LATER, null],
    ['a time to live', { timeToLiveSeconds: 60 }, NOW, new Date('2026-01-01T00:01:00Z')],
    [
      'a time to live with a later sendAt',
      { sendAt: LATER, timeToLiveSeconds: 60 },
      LATER,
      new Date('2026-01-02T00:01:00Z'),
    ],
    [
      'a time to live with a sendAt in the past',
      { sendAt: EARLIER, timeToLiveSeconds: 1 },
      NOW,
      new Date('2026-01-01T00:00:01Z'),
    ],
  ])('returns when to send and when to expire for %s', (_, timing, dueAt, expiresAt) => {
    expect(toSchedule(timing, NOW)).toEqual({ dueAt, expiresAt });
  });
});
