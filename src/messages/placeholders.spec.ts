import { missingIn, placeholdersIn, replacePlaceholders } from './placeholders.js';

const values = new Map([
  ['name', 'Ana'],
  ['first.name-2_x', 'B'],
  ['empty', ''],
  ['évènement', 'fête'],
]);

describe('replacePlaceholders', () => {
  it.each([
    ['placeholders with a name in any case', 'Hi [[[Name]]] and [[[NAME]]]', 'Hi Ana and Ana'],
    ['a placeholder with every kind of character in its name', '[[[First.Name-2_x]]]', 'B'],
    ['a placeholder with letters of any language in its name', '[[[Évènement]]]', 'fête'],
    ['a placeholder by an empty value', 'a[[[empty]]]b', 'ab'],
    ['known placeholders only', '[[[other]]] [[[name]]]', '[[[other]]] Ana'],
    ['no malformed placeholder', '[[name]] [[[na me]]] [[[]]]', '[[name]] [[[na me]]] [[[]]]'],
    ['a placeholder inside other brackets', '[[[[name]]]]', '[Ana]'],
  ])('replaces %s', (_, text, expected) => {
    expect(replacePlaceholders(text, values)).toBe(expected);
  });

  it('inserts a value with replacement patterns or placeholders unchanged', () => {
    expect(replacePlaceholders('[[[name]]]', new Map([['name', '$& [[[empty]]] $1']]))).toBe('$& [[[empty]]] $1');
  });
});

describe('placeholdersIn', () => {
  it('returns each name once, in its first spelling', () => {
    expect(placeholdersIn('[[[B]]] [[[a]]] [[[b]]]')).toEqual(['B', 'a']);
  });
});

describe('missingIn', () => {
  it('returns each name without a value once, in its first spelling', () => {
    expect(missingIn('[[[Name]]] [[[Other]]] [[[empty]]] [[[other]]]', values)).toEqual(['Other']);
  });
});
