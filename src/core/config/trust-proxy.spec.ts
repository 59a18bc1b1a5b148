import { SettingReader } from './setting-reader.js';
import { parseTrustProxy, type TrustProxy } from './trust-proxy.js';

function parse(text: string | undefined): { value: TrustProxy | undefined; problems: readonly string[] } {
  const reader = new SettingReader({});
  return { value: parseTrustProxy(reader, text), problems: reader.problems };
}

describe('parseTrustProxy', () => {
  it.each<[string | undefined, TrustProxy | undefined]>([
    [undefined, undefined],
    ['true', true],
    ['false', false],
    ['1', 1],
    ['32', 32],
    ['10.0.0.1', ['10.0.0.1']],
    ['10.0.0.0/8, 2001:db8::/32,::1', ['10.0.0.0/8', '2001:db8::/32', '::1']],
    ['loopback,uniquelocal', ['loopback', 'uniquelocal']],
  ])('understands %s', (text, value) => {
    expect(parse(text)).toEqual({ value, problems: [] });
  });

  it.each([
    '0',
    '33',
    '-1',
    '1.5',
    'yes',
    'TRUE',
    '10,11',
    '10/8',
    '10.0.0.0/33',
    '0.0.0.0/0',
    '0.0.0.0/00',
    '10.0.0.0/000',
    '10.0.0.0/',
    '::/0',
    '::/00',
    'fe80::1%eth0/00',
    'proxy',
    '1.2.3.4,',
  ])('rejects %s, without repeating it', (text) => {
    const { value, problems } = parse(text);

    expect(value).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(/^TRUST_PROXY: must be true, false/)]);
  });
});
