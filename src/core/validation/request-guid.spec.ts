import { toGuid } from './request-guid.js';

const GUID = 'df555721-5135-4b5d-9c6a-7db3565f22ae';

describe('toGuid', () => {
  it.each([
    ['D', GUID],
    ['D in capitals', GUID.toUpperCase()],
    ['N', GUID.replaceAll('-', '')],
    ['N in capitals', GUID.replaceAll('-', '').toUpperCase()],
    ['B', `{${GUID}}`],
    ['P', `(${GUID})`],
  ])('returns the usual form for the form %s', (_, text) => {
    expect(toGuid(text)).toBe(GUID);
  });

  it.each([
    ['33 digits', `${GUID.replaceAll('-', '')}0`],
    ['31 digits', GUID.replaceAll('-', '').slice(1)],
    ['a brace that is not closed', `{${GUID}`],
    ['a brace closed by a parenthesis', `{${GUID})`],
    ['braces around 32 digits', `{${GUID.replaceAll('-', '')}}`],
    ['a space before it', ` ${GUID}`],
    ['a number', 5],
    ['an array', [GUID]],
    ['nothing', undefined],
  ])('returns %s as it is', (_, value) => {
    expect(toGuid(value)).toBe(value);
  });
});
