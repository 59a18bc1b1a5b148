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

  it('names a client the same after very many others', () => {
    const keys = keysOf(1);
    const names = Array.from({ length: 25_000 }, (_, index) => keys.toKey(`client-${index % 12_000}`));

    expect(new Set(names).size).toBe(12_000);
    expect(names[12_001]).toBe(names[1]);
  });

  it('cannot be tried out without ENCRYPTION_KEY', () => {
    expect(keysOf(2).toKey('198.51.100.7')).not.toBe(keysOf(1).toKey('198.51.100.7'));
  });
});
