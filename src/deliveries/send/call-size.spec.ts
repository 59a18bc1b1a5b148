import { chunkBySize, halve } from './call-size.js';

function split(texts: readonly string[], items: number, bytes: number): string[][] {
  return chunkBySize(texts, { items, bytes }, (text, measureText) => measureText(text));
}

describe('chunkBySize', () => {
  it('splits by number where the bytes suffice', () => {
    expect(split(['a', 'b', 'c'], 2, 1_000)).toEqual([['a', 'b'], ['c']]);
    expect(split([], 2, 1_000)).toEqual([]);
  });

  it('counts the bytes of plain text as they are, quotes included', () => {
    expect(split(['aaaa', 'bbbb', 'cccc'], 10, 12)).toEqual([['aaaa', 'bbbb'], ['cccc']]);
    expect(split(['aaaa', 'bbbb', 'cccc'], 10, 18)).toEqual([['aaaa', 'bbbb', 'cccc']]);
  });

  it.each([
    ['a control character', '\u0001'.repeat(4), 26],
    ['a quote', '"'.repeat(4), 10],
    ['an umlaut', 'ü'.repeat(4), 10],
    ['an emoji', '😀'.repeat(2), 10],
  ])('counts what JSON and UTF-8 make of %s', (_, text, bytes) => {
    expect(split([text, text], 10, 2 * bytes)).toEqual([[text, text]]);
    expect(split([text, text], 10, 2 * bytes - 1)).toEqual([[text], [text]]);
  });

  it('leaves an item alone that is larger than the limit', () => {
    expect(split(['a', 'b'.repeat(100), 'c'], 10, 20)).toEqual([['a'], ['b'.repeat(100)], ['c']]);
    expect(split(['a', 'b'], 10, 0)).toEqual([['a'], ['b']]);
  });
});

describe('halve', () => {
  it.each([
    [2, [1, 1]],
    [3, [2, 1]],
    [400, [200, 200]],
  ])('splits %i items into %j', (count, sizes) => {
    expect(halve(Array.from({ length: count })).map(({ length }) => length)).toEqual(sizes);
  });
});
