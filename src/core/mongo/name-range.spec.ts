import { compareNames } from './name-range.js';

describe('compareNames', () => {
  it('sorts by bytes of UTF-8, where a character beyond U+FFFF comes last', () => {
    const names = ['\u{1F600}.example', '\uFFFD.example', 'b', 'B', 'a', ''];
    expect(names.toSorted(compareNames)).toEqual(['', 'B', 'a', 'b', '\uFFFD.example', '\u{1F600}.example']);
  });
});
