import type { Config } from '../core/config/config.js';
import { generateP256KeyPair } from '../core/crypto/p256.js';
import { VapidPublicKeys } from './vapid-public-keys.js';

const [FIRST, SECOND, OTHER] = [generateP256KeyPair(), generateP256KeyPair(), generateP256KeyPair()];

const ring = new VapidPublicKeys({
  vapid: { keys: [FIRST, SECOND], defaultKey: SECOND.publicKey, subject: undefined },
} as unknown as Config);
const empty = new VapidPublicKeys({ vapid: undefined } as Config);

describe('VapidPublicKeys', () => {
  it('knows its keys in base64url and in base64, and no other', () => {
    const base64 = Buffer.from(FIRST.publicKey, 'base64url').toString('base64');
    expect(ring.toKnown(FIRST.publicKey)).toBe(FIRST.publicKey);
    expect(ring.toKnown(base64)).toBe(FIRST.publicKey);
    expect(ring.toKnown(OTHER.publicKey)).toBeUndefined();
    expect(ring.toKnown(FIRST.publicKey.slice(2))).toBeUndefined();
    expect(ring.toKnown('')).toBeUndefined();
  });

  it('takes every point on P-256 where no key is configured, as the PushApi of another process has its own', () => {
    expect(empty.toKnown(OTHER.publicKey)).toBe(OTHER.publicKey);
    expect(empty.toKnown('key')).toBeUndefined();
    expect(empty.choose(OTHER.publicKey)).toBe(OTHER.publicKey);
    expect(empty.choose(null)).toBeNull();
  });

  it("chooses the domain's key while it is known, else the default", () => {
    expect(ring.choose(FIRST.publicKey)).toBe(FIRST.publicKey);
    expect(ring.choose(null)).toBe(SECOND.publicKey);
    expect(ring.choose(OTHER.publicKey)).toBe(SECOND.publicKey);
  });
});
