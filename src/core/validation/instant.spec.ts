import { toInstant, toQueryInstant } from './instant.js';

describe('toInstant', () => {
  it.each([
    ['a day, which is its midnight in UTC', '2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['minutes without an offset, which are UTC', '2026-03-01T10:20', '2026-03-01T10:20:00.000Z'],
    ['seconds without an offset, which are UTC', '2026-03-01T10:20:30', '2026-03-01T10:20:30.000Z'],
    ['Z', '2026-03-01T10:20:30Z', '2026-03-01T10:20:30.000Z'],
    ['lower-case letters', '2026-03-01t10:20:30z', '2026-03-01T10:20:30.000Z'],
    ['an offset east of UTC', '2026-03-01T01:20:30+03:00', '2026-02-28T22:20:30.000Z'],
    ['an offset west of UTC', '2026-03-01T22:20:30-03:00', '2026-03-02T01:20:30.000Z'],
    ['an offset without a colon', '2026-03-01T10:20:30-0330', '2026-03-01T13:50:30.000Z'],
    ['milliseconds', '2026-03-01T10:20:30.5Z', '2026-03-01T10:20:30.500Z'],
    ["the seven digits of .NET's round-trip format", '2026-03-01T10:20:30.1234567Z', '2026-03-01T10:20:30.123Z'],
    ['a plus that arrives as a space', '2026-03-01T10:20:30 03:00', '2026-03-01T07:20:30.000Z'],
    ['a plus that arrives as a space, after minutes', '2026-03-01T10:20 0300', '2026-03-01T07:20:00.000Z'],
    ['a plus that arrives as a space, after a fraction', '2026-03-01T10:20:30.25 03:00', '2026-03-01T07:20:30.250Z'],
    ['a space between day and minutes', '2026-03-01 10:20', '2026-03-01T10:20:00.000Z'],
    ['a space between day and seconds', '2026-03-01 10:20:30', '2026-03-01T10:20:30.000Z'],
    ['a leap day', '2028-02-29', '2028-02-29T00:00:00.000Z'],
  ])('parses %s', (_, text, expected) => {
    expect(toInstant({ value: text })?.toISOString()).toBe(expected);
  });

  it.each([
    ['an empty text', ''],
    ['words', 'yesterday'],
    ['a day that no calendar has', '2026-02-30'],
    ['29 February of a common year', '2026-02-29'],
    ['a month 13', '2026-13-01'],
    ['the year 0', '0000-11-24'],
    ['the year 10000 in UTC', '9999-12-31T23:59:59-23:59'],
    ['the year 0 in UTC', '0001-01-01T00:00:00+23:59'],
    ['an hour 25', '2026-03-01T25:00:00Z'],
    ['a minute 60', '2026-03-01T10:60:00Z'],
    ['an offset of 25 hours', '2026-03-01T10:00:00+25:00'],
    ['an offset after a day', '2026-03-01Z'],
    ['American order', '03/01/2026'],
    ['something before it', 'x2026-03-01'],
    ['something after it', '2026-03-01T10:20:30Zx'],
    ['a number', 1_772_323_200_000],
    ['null', null],
    ['a name that was given twice', ['2026-03-01', '2026-03-02']],
  ])('returns an invalid Date for %s', (_, value) => {
    expect(toInstant({ value })?.getTime()).toBeNaN();
  });

  it('returns undefined for undefined', () => {
    expect(toInstant({ value: undefined })).toBeUndefined();
  });
});

describe('toQueryInstant', () => {
  it.each([
    ['2026-03-01T10:20:30Z', '2026-03-01T10:20:30.000Z'],
    ['11/24/2026', '2026-11-24T00:00:00.000Z'],
    ['11/24/2026 09:00:00', '2026-11-24T09:00:00.000Z'],
    ['11/24/2026 09:00:00 +03:00', '2026-11-24T06:00:00.000Z'],
    ['11/24/2026 09:00:00 -03:00', '2026-11-24T12:00:00.000Z'],
    ['11/24/2026 09:00:00  03:00', '2026-11-24T06:00:00.000Z'],
    ['02/29/2028', '2028-02-29T00:00:00.000Z'],
  ])('parses %s', (text, expected) => {
    expect(toQueryInstant({ value: text })?.toISOString()).toBe(expected);
  });

  it.each([
    '24/11/2026',
    '02/29/2026',
    '13/01/2026',
    '11/24/2026 25:00:00',
    '11/24/26',
    '11-24-2026',
    'x11/24/2026',
    '',
  ])('returns an invalid Date for %j', (text) => {
    expect(toQueryInstant({ value: text })?.getTime()).toBeNaN();
  });

  it('returns undefined for undefined', () => {
    expect(toQueryInstant({ value: undefined })).toBeUndefined();
  });
});
