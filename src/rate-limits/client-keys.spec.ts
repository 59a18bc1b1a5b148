import { ClientKeys } from './client-keys.js';

const ADDRESSES = ['198.51.100.7', '198.51.100.8', '2001:db8:1:2::/64', 'unknown'];

const keysOf = (byte: number): ClientKeys =>
  new ClientKeys({ encryption: { key: Buffer.alloc(32, byte), iv: Buffer.alloc(16) } });

describe('ClientKeys', () => {
  it('names each client by 22 characters that every API with the same key returns', () => {
    const names = ADDRESSES.map((address) => keysOf(1).toKey(address));

    expect(new Set(names).size).toBe(ADDRESSES.length);
    expect(names).toEqual(names.map(() => expect.stringMatching(/^[\w-]{22}$/) as string));
    expect(ADDRESSES.map((address) => keysOf(1).toKey(address))).toEqual(names);
  });

  it('cannot be tried out without ENCRYPTION_KEY', () => {
    expect(keysOf(2).toKey('198.51.100.7')).not.toBe(keysOf(1).toKey('198.51.100.7'));
  });
});
