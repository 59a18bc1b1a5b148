import { divideText, fillPlaceholders } from './shown-text.js';

describe('divideText', () => {
  const limit = { lines: 2, characters: 10 };

  it.each([
    ['all of a text that fits', '0123456789', ['0123456789', '']],
    ['its beginning by characters', '0123456789ab', ['0123456789', 'ab']],
    ['its beginning by lines', 'a\nb\nc', ['a\nb', '\nc']],
    ['whole characters of several code points', '👩‍👩‍👧'.repeat(11), ['👩‍👩‍👧'.repeat(10), '👩‍👩‍👧']],
    ['nothing of an empty text', '', ['', '']],
  ])('shows %s', (_, text, [shown, cut]) => {
    expect(divideText(text, limit)).toEqual({ shown, cut });
  });
});

describe('fillPlaceholders', () => {
  it('writes values, in any case of the name, and leaves placeholders without one', () => {
    const fields = { name: 'Ana', empty: '' };
    expect(fillPlaceholders('Hi [[[Name]]], [[[empty]]] [[[other]]]', fields)).toBe('Hi Ana, [[[empty]]] [[[other]]]');
  });
});
