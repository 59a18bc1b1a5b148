import { findPlaces, type PlacedBatch } from './places.js';

const NOW = 1_700_000_000_000;
const NONE: PlacedBatch = { slotAt: null, throttledBy: null, lostResponses: 0, isRestarted: false };
const NOTHING = { hasAsked: false, hasLearned: false, isWhole: false };
const ASKED = { ...NOTHING, hasAsked: true };
const BOTH = { ...ASKED, hasLearned: true };

describe('findPlaces', () => {
  it.each<[string, Partial<PlacedBatch>, object]>([
    ['a batch that did not wait', {}, NOTHING],
    ['one that waits without a place', { throttledBy: 'firebase d' }, NOTHING],
    ['a place of the asked rate', { throttledBy: 'rate: domain d', slotAt: new Date(NOW) }, ASKED],
    ['a place of the learned rate, which comes after it', { throttledBy: 'firebase d', slotAt: new Date(NOW) }, BOTH],
    ['a place that was missed', { throttledBy: 'firebase d', slotAt: new Date(NOW - 10_001) }, NOTHING],
    ['a call whose response was lost', { lostResponses: 1 }, { ...BOTH, isWhole: true }],
    [
      'a place whose worker was killed',
      { throttledBy: 'rate: domain d', slotAt: new Date(NOW - 60_000), isRestarted: true },
      { ...BOTH, isWhole: true },
    ],
  ])('of %s', (_, change, expected) => {
    expect(findPlaces({ ...NONE, ...change }, NOW)).toEqual(expected);
  });
});
