import { toAddress } from './address.js';
import { readProblem, readRetryAfter } from './problem.js';

it('reads a problem document', async () => {
  const document = { detail: 'The body is not valid.', errors: { name: ['is too long', 'is blank'] } };
  const response = new Response(JSON.stringify(document), { status: 400 });

  expect(await readProblem(response)).toMatchObject({ status: 400, ...document, retryAfterSeconds: undefined });
});

it('reads what a proxy answers instead', async () => {
  const response = new Response('<h1>Bad gateway</h1>', { status: 502, statusText: 'Bad Gateway' });

  expect(await readProblem(response)).toMatchObject({ status: 502, detail: 'Bad Gateway', errors: {} });
});

it.each([
  [null, undefined],
  ['42', 42],
  ['0', 0],
  ['Sun, 29 Nov 2026 21:00:30 GMT', 30],
  ['Sun, 29 Nov 2026 20:00:00 GMT', 0],
  ['soon', undefined],
])('Retry-After %j is %s seconds', (header, seconds) => {
  expect(readRetryAfter(header, Date.parse('2026-11-29T21:00:00Z'))).toBe(seconds);
});

it('an address is relative, with its variables and the members of the query that are given', () => {
  const query = { text: 'a&b', cursor: undefined, from: null, to: '', ids: [1, 2] };

  expect(toAddress('/domains/{name}/messages', { name: 'a/b?' }, query)).toBe(
    'domains/a%2Fb%3F/messages?text=a%26b&ids=1&ids=2',
  );
  expect(toAddress('/token')).toBe('token');
});
