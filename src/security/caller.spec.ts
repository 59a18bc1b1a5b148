import { type Caller, toCaller } from './caller.js';

const read = (claims: Record<string, unknown>): Caller => toCaller('a.b.c', claims, 'first.pem');

describe('toCaller', () => {
  it('names the key file and the SHA-256 of what was signed, not the token', () => {
    const caller = read({ sub: 'platform', isSU: true });
    expect(caller).toMatchObject({ subject: 'platform', keyId: 'first.pem', isSuperUser: true });
    expect(caller.tokenDigest).toBe('LnM23I66h-9HLfVow1SCq_JXXcPl6sDFxiuP-urCyTQ');
    expect(JSON.stringify(caller)).not.toContain('a.b');
  });

  it.each([[undefined], [7], [['a']], [{ toString: 'a' }], [null]])('has no subject for %p', (sub) => {
    expect(read({ sub }).subject).toBeNull();
  });

  it('keeps domains exactly as they are written, each once', () => {
    expect([...read({ domains: ['a.com', 'A.com', 'a.com', '__proto__'] }).domains]).toEqual([
      'a.com',
      'A.com',
      '__proto__',
    ]);
  });

  it.each([
    [undefined],
    [null],
    ['a.com'],
    [{ 0: 'a.com', length: 1 }],
    [['a.com', 7]],
    [['a.com', ['b.com']]],
    [[null]],
    [true],
  ])('has no domains for %p', (domains) => {
    expect(read({ domains }).domains.size).toBe(0);
  });

  it('splits scopes at spaces and drops unknown words', () => {
    expect([...read({ scope: 'send  openid reports send constructor __proto__' }).scopes]).toEqual(['send', 'reports']);
  });

  it.each([[undefined], [null], [['send']], [{ send: true }], ['SEND'], ['send,reports'], ['send\treports'], ['']])(
    'has no scopes for %p',
    (scope) => {
      expect(read({ scope }).scopes.size).toBe(0);
    },
  );

  it.each([
    [1_800_000_000, '2027-01-15T08:00:00.000Z'],
    [undefined, undefined],
    [9e15, undefined],
  ])('ends as exp %p says', (exp, expected) => {
    expect(read({ exp }).expiresAt?.toISOString()).toBe(expected);
  });

  it('reads ten thousand domains and scopes', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `${index}.com`);
    const { domains, scopes } = read({ domains: many, scope: many.join(' ') });
    expect([domains.size, scopes.size]).toEqual([10_000, 0]);
  });
});
