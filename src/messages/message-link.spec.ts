import { toStoredLink } from './message-link.js';

describe('toStoredLink', () => {
  it.each([
    ['as the parser read it', 'HTTPS://Example.com/a b', 'https://example.com/a%20b'],
    [
      'with its placeholders as they were written',
      'https://e.com/ñ?a=[[[Évènement]]]',
      'https://e.com/%C3%B1?a=[[[Évènement]]]',
    ],
    ['without a placeholder that the parser leaves out', 'https://e.com/[[[a]]]/../[[[b]]]', 'https://e.com/[[[b]]]'],
    ['whatever else it contains', 'https://e.com/placeholder0x/[[[a]]]', 'https://e.com/placeholder0x/[[[a]]]'],
    [
      'with many placeholders',
      `https://e.com/${'[[[a]]]/[[[b]]]/'.repeat(12)}`,
      `https://e.com/${'[[[a]]]/[[[b]]]/'.repeat(12)}`,
    ],
    ['of a host alone without a slash', 'https://e.com', 'https://e.com'],
  ])('returns the link %s', (_, link, stored) => {
    expect(toStoredLink(link)).toBe(stored);
  });

  it.each([null, undefined, '', 'http://e.com', 'https://[[[a]]]/'])('returns null for %j', (link) => {
    expect(toStoredLink(link)).toBeNull();
  });
});
