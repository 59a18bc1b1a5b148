import { matchPattern, parseFragment, toFragment } from './route.js';

it.each([
  ['', [], ''],
  ['#/', [], ''],
  ['#/domains', ['domains'], ''],
  ['#/domains/a%2Fb%3F/messages?text=50%25+off&from=2026-01-01', ['domains', 'a/b?', 'messages'], '50% off'],
  ['#/domains/100%', ['domains', '100%'], ''],
])('parses the fragment %j', (fragment, segments, text) => {
  const location = parseFragment(fragment);

  expect([location.segments, location.query.get('text') ?? '']).toEqual([segments, text]);
});

it.each([
  ['/domains', ['domains'], {}],
  ['/domains/:domain', ['domains', 'example.com'], { domain: 'example.com' }],
  ['/domains/:domain', ['domains'], undefined],
  ['/domains/:domain/messages', ['domains', 'example.com', 'compose'], undefined],
])('matches %s with %j', (pattern, segments, variables) => {
  expect(matchPattern(pattern, segments)).toEqual(variables);
});

it('a fragment that is made is parsed to what it was made of', () => {
  const fragment = toFragment('/domains/:domain/messages', { domain: 'ñandú/?#%' }, { text: 'a&b=c', from: '' });
  const { segments, query } = parseFragment(fragment);

  expect(matchPattern('/domains/:domain/messages', segments)).toEqual({ domain: 'ñandú/?#%' });
  expect([...query]).toEqual([['text', 'a&b=c']]);
});
