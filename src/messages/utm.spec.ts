import { addUtm, readUtm } from './utm.js';

const utm = { source: 'push', campaign: 'summer & sun' };
const ADDED = 'utm_source=push&utm_campaign=summer%20%26%20sun';

describe('addUtm', () => {
  it.each([
    ['without a query', 'https://example.com/sale', `https://example.com/sale?${ADDED}`],
    ['of a host alone', 'https://example.com', `https://example.com?${ADDED}`],
    ['with a query', 'https://example.com/?a=b%20c', `https://example.com/?a=b%20c&${ADDED}`],
    ['with an empty query', 'https://example.com/?', `https://example.com/?${ADDED}`],
    ['with a fragment', 'https://example.com/#/route?x=1', `https://example.com/?${ADDED}#/route?x=1`],
    ['with a placeholder', 'https://example.com/?a=[[[b]]]#[[[c]]]', `https://example.com/?a=[[[b]]]&${ADDED}#[[[c]]]`],
    ['with campaign parameters in its fragment', 'https://a.com/#utm_source=b', `https://a.com/?${ADDED}#utm_source=b`],
  ])('adds the parameters to a link %s', (_, link, expected) => {
    expect(addUtm(link, utm)).toBe(expected);
  });

  it.each(['utm_source=x', 'utm_medium=x', 'utm_term=x', 'utm_id=1', 'a=b&UTM_Content=', '%75tm_source=x'])(
    'leaves a link with %s as it is',
    (query) => {
      expect(addUtm(`https://example.com/?${query}#f`, utm)).toBe(`https://example.com/?${query}#f`);
    },
  );
});

describe('readUtm', () => {
  it('keeps what is given, and returns null for nothing', () => {
    expect(readUtm({ source: ' push ', medium: '', campaign: null, content: ' ' })).toEqual({ source: 'push' });
    for (const nothing of [undefined, null, {}, { source: ' ' }]) expect(readUtm(nothing)).toBeNull();
  });
});
