import { createHmac, randomBytes } from 'node:crypto';
import { HmacSha256, hmacSha256 } from './hmac.js';

describe('HmacSha256', () => {
  it('signs as RFC 4231, test case 2, says', () => {
    const mac = Buffer.from(new HmacSha256(Buffer.from('Jefe')).sign('what do ya want for nothing?'), 'base64url');
    expect(mac.toString('hex')).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  });

  it('signs any text as Node.js does, by a key of any length', () => {
    const texts = ['', 'a', 'ñandú ✓ 🔔', 'x'.repeat(10_000)];
    for (let bytes = 0; bytes <= 130; bytes += 1) {
      const key = randomBytes(bytes);
      const signed = new HmacSha256(key);
      const expected = texts.map((text) => createHmac('sha256', key).update(text).digest('base64url'));
      expect(texts.map((text) => signed.sign(text))).toEqual(expected);
    }
  });

  it('signs bytes in parts as Node.js does, by a key that is used once', () => {
    for (let bytes = 0; bytes <= 130; bytes += 1) {
      const [key, one, other] = [randomBytes(bytes), randomBytes(bytes * 7), randomBytes(145)];
      const expected = createHmac('sha256', key).update(one).update(other).digest();
      expect(hmacSha256(key, one, other)).toEqual(expected);
    }
  });
});
