import { isOriginOf } from './origins.js';

const EXTERNAL = { usesExternalPushDomain: true, externalPushDomain: 'push.example.net' };

describe('isOriginOf', () => {
  it.each([
    ['https://example.com', 'example.com'],
    ['https://example.com:8443', 'example.com'],
    ['https://shop.example.com', 'example.com'],
    ['https://www.example.com', 'example.com'],
    ['https://example.com', 'www.example.com'],
    ['https://www.example.com', 'WWW.Example.COM'],
    ['https://xn--bcher-kva.example', 'bücher.example'],
    ['http://localhost:3000', 'localhost'],
    ['http://shop.localhost', 'shop.localhost'],
  ])('accepts %s for %s', (origin, domain) => {
    expect(isOriginOf(origin, domain)).toBe(true);
  });

  it.each([
    [undefined, 'example.com'],
    ['null', 'null'],
    ['', 'example.com'],
    ['http://example.com', 'example.com'],
    ['https://example.com.evil.example', 'example.com'],
    ['https://evilexample.com', 'example.com'],
    ['https://example.com', 'shop.example.com'],
    ['https://shop.example.com', 'www.example.com'],
    ['https://push.example.net', 'example.com'],
    ['http://localhost', 'example.com'],
    ['chrome-extension://example.com', 'example.com'],
    ['https://script', '<script>'],
    ['https://example.com', 'example.com/path'],
    ['https://example.com', 'user@example.com'],
    ['https://example.com', ' '],
    ['https://evil.example', 'example.com?@evil.example'],
  ])('refuses %s for %s', (origin, domain) => {
    expect(isOriginOf(origin, domain)).toBe(false);
  });

  it.each(['push.example.net', 'https://push.example.net', 'https://push.example.net/', 'PUSH.example.net'])(
    'accepts the external push domain, stored as %s, where it is used',
    (externalPushDomain) => {
      const external = { usesExternalPushDomain: true, externalPushDomain };

      expect(isOriginOf('https://push.example.net', 'example.com', external)).toBe(true);
      expect(
        isOriginOf('https://push.example.net', 'example.com', { ...external, usesExternalPushDomain: false }),
      ).toBe(false);
    },
  );

  it('accepts no subdomain of the external push domain', () => {
    expect(isOriginOf('https://evil.push.example.net', 'example.com', EXTERNAL)).toBe(false);
  });
});
