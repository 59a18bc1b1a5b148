import { fromWrittenEnd, readLinkQuery, toWrittenEnd, writeLinkQuery } from './link-query.js';

const mac = 'lmeWV3ZqXrZNqfYAPli6gQ';

describe('the query of a tracking link', () => {
  it('is one member of 28 characters: the end, in hours to the base 36, and the signature', () => {
    const expires = toWrittenEnd(Date.parse('2027-01-15T10:00:00Z'));
    expect(writeLinkQuery({ expires, mac })).toBe(`s=${expires}${mac}`);
    expect(writeLinkQuery({ expires, mac })).toHaveLength(28);
    expect(readLinkQuery({ s: expires + mac })).toEqual({ expires, mac });
    expect(fromWrittenEnd(expires)).toBe(Date.parse('2027-01-15T10:00:00Z'));
  });

  it('ends at the next full hour', () => {
    const end = toWrittenEnd(Date.parse('2027-01-15T10:00:00.001Z'));
    expect(fromWrittenEnd(end)).toBe(Date.parse('2027-01-15T11:00:00Z'));
  });

  it.each([[undefined], [''], [['a', 'b']], [{ a: '1' }]])('has nothing in %j', (s) => {
    expect(readLinkQuery({ s })).toEqual({ expires: '', mac: '' });
  });
});
