import 'reflect-metadata';
import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Config } from '../core/config/config.js';
import { LinkSignatures } from './link-signatures.js';

const ids = { contactId: '66291accdc3ab636288af4ab', messageId: 'df555721-5135-4b5d-9c6a-7db3565f22ae' };
const EXPIRES = 'ofao';

function create(key = Buffer.from('5Rz2VJbnjbhPfEKn3Ryd0E+u7jzOT2KCBicmM5wUq5Y=', 'base64')): LinkSignatures {
  return new LinkSignatures({ encryption: { key, iv: randomBytes(16) } } as unknown as Config);
}

describe('LinkSignatures', () => {
  const signatures = create();

  it('signs with the first 16 bytes of an HMAC-SHA-256, in base64url, by a key of its own', () => {
    expect(signatures.sign(ids, EXPIRES)).toBe('lmeWV3ZqXrZNqfYAPli6gQ');
    for (let time = 0; time < 500; time += 1) {
      const encryptionKey = randomBytes(32);
      const key = Buffer.from(hkdfSync('sha256', encryptionKey, '', 'push-contact signatures of links', 32));
      const mac = createHmac('sha256', key).update(`${ids.messageId}:${ids.contactId}:${time}`).digest();
      expect(create(encryptionKey).sign(ids, String(time))).toBe(mac.subarray(0, 16).toString('base64url'));
    }
  });

  it('verifies what it has signed', () => {
    expect(signatures.verify(ids, EXPIRES, signatures.sign(ids, EXPIRES))).toBe(true);
  });

  it.each([
    ['of another contact', { ...ids, contactId: '66291accdc3ab636288af4ac' }, EXPIRES],
    ['of another message', { ...ids, messageId: 'df555721-5135-4b5d-9c6a-7db3565f22af' }, EXPIRES],
    ['with another end', ids, 'ofap'],
    ['with the same end, spelled otherwise', ids, 'OFAO'],
  ])('does not verify a link %s', (_, other, expires) => {
    expect(signatures.verify(other, expires, signatures.sign(ids, EXPIRES))).toBe(false);
  });

  it('does not verify what another installation has signed', () => {
    expect(create(randomBytes(32)).verify(ids, EXPIRES, signatures.sign(ids, EXPIRES))).toBe(false);
  });

  it('accepts one spelling of a signature, and nothing that is shorter or longer', () => {
    const mac = signatures.sign(ids, EXPIRES);
    const characters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
    const accepted = characters.filter((last) => signatures.verify(ids, EXPIRES, mac.slice(0, -1) + last));
    expect(accepted).toEqual([mac.at(-1)]);
    for (const other of ['', mac.slice(0, -1), `${mac}A`, `${mac}=`, ` ${mac}`, 'é'.repeat(11), 'é'.repeat(22)]) {
      expect([other, signatures.verify(ids, EXPIRES, other)]).toEqual([other, false]);
    }
  });
});
