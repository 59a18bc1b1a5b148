import { missingIn, placeholdersIn, replacePlaceholders } from './placeholders.js';

const values = new Map([
  ['name', 'Ana'],
  ['first.name-2_x', 'B'],
  ['empty', ''],
  ['évènement', 'fête'],
]);

describe('placeholders', () => {
  it.each([
    ['in any case', 'Hi [[[Name]]] and [[[NAME]]]', 'Hi Ana and Ana'],
    ['with every kind of character', '[[[First.Name-2_x]]]', 'B'],
    ['with letters of any language', '[[[Évènement]]]', 'fête'],
    ['by an empty text', 'a[[[empty]]]b', 'ab'],
    ['except unknown ones', '[[[other]]] [[[name]]]', '[[[other]]] Ana'],
    ['except malformed ones', '[[name]] [[[na me]]] [[[]]]', '[[name]] [[[na me]]] [[[]]]'],
    ['inside further brackets', '[[[[name]]]]', '[Ana]'],
  ])('are replaced %s', (_, text, expected) => {
    expect(replacePlaceholders(text, values)).toBe(expected);
  });

  it('are replaced by what looks like a pattern as it is', () => {
    expect(replacePlaceholders('[[[name]]]', new Map([['name', '$& [[[empty]]] $1']]))).toBe('$& [[[empty]]] $1');
  });

  it('are listed once each, as they are first written', () => {
    expect(placeholdersIn('[[[B]]] [[[a]]] [[[b]]]')).toEqual(['B', 'a']);
    expect(missingIn('[[[Name]]] [[[Other]]] [[[empty]]] [[[other]]]', values)).toEqual(['Other']);
  });
});
