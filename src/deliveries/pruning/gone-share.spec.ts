import { isCallDoubtful, isSendDoubtful } from './gone-share.js';

const NO_PAST = { answered: 0, gone: 0 };
const USUAL = { answered: 100_000, gone: 2_000 };
const OFTEN = { answered: 100_000, gone: 25_000 };
const MOSTLY = { answered: 100_000, gone: 70_000 };

describe('isCallDoubtful', () => {
  it.each([
    ['few', 19, 19, NO_PAST, false],
    ['all of 20', 20, 20, NO_PAST, true],
    ['half of a call', 50, 100, USUAL, true],
    ['less than half of a call', 49, 100, USUAL, false],
    ['twice as many as usual', 50, 100, OFTEN, false],
    ['three times as many as usual', 75, 100, OFTEN, true],
    ['most, as usual', 70, 100, MOSTLY, false],
    ['nearly all', 90, 100, MOSTLY, true],
    ['half, after a past of a few answers', 50, 100, { answered: 900, gone: 800 }, true],
  ])('%s', (_, gone, answered, past, expected) => {
    expect(isCallDoubtful({ gone, answered }, past)).toBe(expected);
  });
});

describe('isSendDoubtful', () => {
  it.each([
    ['few', 19, 19, USUAL, false],
    ['a part of a small send', 45, 100, USUAL, false],
    ['half of a small send', 50, 100, USUAL, true],
    ['30 % of a send', 3_000, 10_000, USUAL, true],
    ['less than 30 %', 2_999, 10_000, USUAL, false],
    ['30 % of the first send to a domain', 3_000, 10_000, NO_PAST, false],
    ['half of the first send to a domain', 5_000, 10_000, NO_PAST, true],
    ['twice as many as usual', 5_000, 10_000, OFTEN, false],
    ['nearly all', 9_000, 10_000, MOSTLY, true],
  ])('%s', (_, gone, answered, past, expected) => {
    expect(isSendDoubtful({ gone, answered }, past)).toBe(expected);
  });
});
