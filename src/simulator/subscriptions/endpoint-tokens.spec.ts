import { ANY_KEY, EndpointTokens, hashSite } from './endpoint-tokens.js';

const CONTENT = { index: 4_294_967_295, behaviour: 'gone', site: hashSite('shop.example'), keyHash: ANY_KEY } as const;

describe('EndpointTokens', () => {
  const tokens = new EndpointTokens('seed');

  it('reads what it made, and nothing else', () => {
    const token = tokens.create('fcm', CONTENT);
    expect(tokens.read('fcm', token)).toEqual(CONTENT);
    expect(tokens.read('apple', token)).toBeUndefined();
    expect(new EndpointTokens('other').read('fcm', token)).toBeUndefined();
    for (const altered of ['', 'AAAA', `B${token.slice(1)}`, `${token}AAAA`]) {
      expect(tokens.read('fcm', altered)).toBeUndefined();
    }
  });

  it('keeps the dead ones dead when their share grows', () => {
    const indexes = Array.from({ length: 2_000 }, (_, index) => index);
    const deadAt = (share: number): number[] => indexes.filter((index) => tokens.isDead('fcm', index, share));
    const [few, more] = [deadAt(0.1), deadAt(0.3)];
    expect(few.filter((index) => !more.includes(index))).toEqual([]);
    expect(few.length / indexes.length).toBeCloseTo(0.1, 1);
    expect(more.length / indexes.length).toBeCloseTo(0.3, 1);
    expect([deadAt(0).length, deadAt(1).length]).toEqual([0, 2_000]);
  });
});
