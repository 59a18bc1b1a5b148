import { randomBytes } from 'node:crypto';
import type { Config } from '../core/config/config.js';
import { EncryptedFields } from './encrypted-fields.js';

const MESSAGE = 'df555721-5135-4b5d-9c6a-7db3565f22ae';
const fields = new Map([
  ['name', 'Ana & ñ'],
  ['__proto__', ''],
]);

function create(key = randomBytes(32)): EncryptedFields {
  return new EncryptedFields({ encryption: { key, iv: randomBytes(16) } } as unknown as Config);
}

describe('EncryptedFields', () => {
  const encryptor = create();
  const encrypted = encryptor.encrypt(MESSAGE, fields);

  it('decrypts what it has encrypted, and shows nothing of it', () => {
    expect(encryptor.decrypt(MESSAGE.toUpperCase(), encrypted)).toEqual(fields);
    expect(encrypted).toMatch(/^[\w-]+$/);
    expect(Buffer.from(encrypted, 'base64url').toString('latin1')).not.toContain('Ana');
    expect(encryptor.encrypt(MESSAGE, fields)).not.toBe(encrypted);
  });

  it.each([
    ['of another message', '7ab0a9ad-0b7c-4bd7-8a4c-4ad5c1b0f1a6', encrypted],
    [
      'that were changed',
      MESSAGE,
      `${encrypted.slice(0, 20)}${encrypted[20] === 'A' ? 'B' : 'A'}${encrypted.slice(21)}`,
    ],
    ['that are spelled otherwise', MESSAGE, `${encrypted}=`],
    ['that were shortened', MESSAGE, encrypted.slice(0, -4)],
    ['of another installation', MESSAGE, create().encrypt(MESSAGE, fields)],
    ['that are none', MESSAGE, 'fields'],
    ['that are empty', MESSAGE, ''],
  ])('does not decrypt fields %s', (_, messageId, text) => {
    expect(encryptor.decrypt(messageId, text)).toBeUndefined();
  });
});
