import { generateP256KeyPair } from '../core/crypto/p256.js';
import { VapidRing } from './vapid-ring.js';

const subject = 'mailto:operations@push.example';
const [FIRST, SECOND, OTHER] = [generateP256KeyPair(), generateP256KeyPair(), generateP256KeyPair()];
const identities = [FIRST, SECOND].map((pair) => ({ ...pair, subject }));

function signingKey(ring: VapidRing, key: string | null | undefined): string | undefined {
  return ring.find(key)?.headerFor('https://push.example').split(', k=')[1];
}

describe('VapidRing', () => {
  const ring = new VapidRing({ identities, firstKey: FIRST.publicKey });

  it("signs with the subscription's key, and with the first one for a subscription without a key", () => {
    expect(signingKey(ring, SECOND.publicKey)).toBe(SECOND.publicKey);
    expect(signingKey(ring, Buffer.from(SECOND.publicKey, 'base64url').toString('base64'))).toBe(SECOND.publicKey);
    expect(signingKey(ring, undefined)).toBe(FIRST.publicKey);
    expect(signingKey(ring, null)).toBe(FIRST.publicKey);
  });

  it.each([OTHER.publicKey, '', 'no key', '%'])('has no signer for the unknown key %j', (key) => {
    expect(ring.find(key)).toBeUndefined();
  });

  it('has no signer for subscriptions without a key when the first key has no private half', () => {
    const withoutFirst = new VapidRing({ identities, firstKey: OTHER.publicKey });
    expect(withoutFirst.find(undefined)).toBeUndefined();
    expect(withoutFirst.toKey(undefined)).toBe(OTHER.publicKey);
    expect(signingKey(withoutFirst, FIRST.publicKey)).toBe(FIRST.publicKey);
  });
});
