import { createECDH } from 'node:crypto';
import { decodeJwt, importJWK, jwtVerify } from 'jose';
import { generateP256KeyPair } from '../core/crypto/p256.js';
import { TestSubscription } from '../../test/support/subscriptions.js';
import { maxEncryptedBytes, plainBytesFor } from '../push-payloads/payload-limit.js';
import { VapidAuthorization } from './vapid-authorization.js';
import { encryptPayload } from './web-push-encryption.js';

describe('TestSubscription', () => {
  it('decrypts the example of RFC 8291, section 5 and appendix A', () => {
    const browser = createECDH('prime256v1');
    browser.setPrivateKey('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94', 'base64url');
    const subscription = new TestSubscription(
      'https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV',
      browser,
      Buffer.from('BTBZMqHH6r4Tts7J_aSIgg', 'base64url'),
    );
    expect(subscription.p256dh).toBe(
      'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    );
    const body =
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg' +
      'Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN';
    expect(subscription.decrypt(Buffer.from(body, 'base64url'))).toBe('When I grow up, I want to be a watermelon');
  });
});

describe('encryptPayload', () => {
  const subscription = new TestSubscription('https://fcm.googleapis.com/fcm/send/1');
  const encrypt = (text: string): Buffer => encryptPayload(subscription, text);

  it.each(['', '{"title":"año 😀"}', 'x'.repeat(plainBytesFor(4_096))])(
    'encrypts a payload so that only its subscription can decrypt it',
    (text) => {
      const body = encrypt(text);
      expect(subscription.decrypt(body)).toBe(text);
      expect(() => new TestSubscription(subscription.endpoint).decrypt(body)).toThrow();
    },
  );

  it.each([2_048, 3_000, 4_096])('returns exactly %i bytes for a text as long as plainBytesFor allows', (bytes) => {
    expect(encrypt('x'.repeat(plainBytesFor(bytes)))).toHaveLength(bytes);
  });

  it('uses a new key and a new salt for each message', () => {
    const [first, second] = [encrypt('same'), encrypt('same')];
    expect(first.subarray(0, 16)).not.toEqual(second.subarray(0, 16));
    expect(first.subarray(21, 86)).not.toEqual(second.subarray(21, 86));
  });
});

describe('maxEncryptedBytes', () => {
  it.each([
    ['https://fcm.googleapis.com/fcm/send/1', 4_096],
    ['https://web.push.apple.com/1', 4_096],
    ['https://wns2-par02p.notify.windows.com/w/?token=1', 4_096],
    ['https://updates.push.services.mozilla.com/wpush/v2/1', 3_000],
  ])('limits the body for %s to %i bytes', (endpoint, bytes) => {
    expect(maxEncryptedBytes(new URL(endpoint))).toBe(bytes);
  });
});

describe('VapidAuthorization', () => {
  const identity = { ...generateP256KeyPair(), subject: 'mailto:operations@example.com' };
  const tokenIn = (header: string): string => /t=([^,]+)/.exec(header)?.[1] ?? '';

  it('signs the origin, the subject and an expiry within a day (RFC 8292)', async () => {
    const now = Date.now();
    const header = new VapidAuthorization(identity).headerFor('https://fcm.googleapis.com');
    expect(header).toMatch(new RegExp(`^vapid t=[\\w.-]+, k=${identity.publicKey}$`));
    const point = Buffer.from(identity.publicKey, 'base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
    const key = await importJWK({ kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, 'ES256');
    const { payload } = await jwtVerify(tokenIn(header), key, { audience: 'https://fcm.googleapis.com' });
    expect(payload.sub).toBe('mailto:operations@example.com');
    expect((payload.exp ?? 0) - now / 1_000).toBeLessThanOrEqual(86_400);
  });

  it('reuses the token of an origin and renews it before it expires', () => {
    const vapid = new VapidAuthorization(identity);
    const start = new Date();
    const after = (hours: number): Date => new Date(start.getTime() + hours * 3_600_000);
    const first = vapid.headerFor('https://a.example', start);
    expect(vapid.headerFor('https://a.example', after(10.9))).toBe(first);
    expect(vapid.headerFor('https://b.example', start)).not.toBe(first);
    const renewed = vapid.headerFor('https://a.example', after(11.1));
    expect(decodeJwt(tokenIn(renewed)).exp).toBeGreaterThan(decodeJwt(tokenIn(first)).exp ?? Infinity);
  });
});
