import 'reflect-metadata';
import { createCipheriv, type Decipher } from 'node:crypto';
import type { Config } from '../core/config/config.js';
import { EncryptedIds } from './encrypted-ids.js';

const encryption = {
  key: Buffer.from('5Rz2VJbnjbhPfEKn3Ryd0E+u7jzOT2KCBicmM5wUq5Y=', 'base64'),
  iv: Buffer.from('7yZ8kT8L7UeO8JpH3Ir6jQ==', 'base64'),
};
const ids = new EncryptedIds({ encryption } as Config);

describe('EncryptedIds', () => {
  it.each([
    ['66291accdc3ab636288af4ab', 'swxCTS4gQMVIsaM-WpP_LaWIp2xwGpP-r3Md_pt1Jsk'],
    ['df555721-5135-4b5d-9c6a-7db3565f22ae', 'uTOloRjtZHhcyWtDOm0p_v3J6r4Y9Q7o6zSfFDzKZJFFxJ_6PWE_lMZ5-mJ1aJ_B'],
    ['Test string with special characters: /+=?&', 'b17xI8SpqUFQEyhIVbnSS-_1k_czUya7F6DRDyMwVoZAZl7mLYyz9Wr9vkDN1Vkk'],
  ])('encrypts and decrypts %s', (plain, encrypted) => {
    expect(ids.encrypt(plain)).toBe(encrypted);
    expect(ids.decrypt(encrypted)).toBe(plain);
  });

  it('encrypts texts of every length as a new cipher does, whatever was encrypted before', () => {
    for (let length = 0; length <= 70; length += 1) {
      const text = 'é'.repeat(length % 3) + 'x'.repeat(length);
      const cipher = createCipheriv('aes-256-cbc', encryption.key, encryption.iv);
      expect(ids.encrypt(text)).toBe(cipher.update(text, 'utf8', 'base64url') + cipher.final('base64url'));
      expect(ids.decrypt(ids.encrypt(text))).toBe(text);
    }
  });

  it('decrypts one spelling of an id', () => {
    const characters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.!');
    for (const id of ['66291accdc3ab636288af4ab', 'df555721-5135-4b5d-9c6a-7db3565f22ae', 'x']) {
      const encrypted = ids.encrypt(id);
      const spellings = characters.flatMap((last) => [encrypted.slice(0, -1) + last, encrypted + last]);
      const understood = spellings.filter((spelling) => ids.decrypt(spelling) === id);
      expect(understood).toEqual([encrypted]);
    }
  });

  it('decrypts as many blocks of what is no id as of one, so that the time does not tell', () => {
    const own = new EncryptedIds({ encryption } as Config);
    const { decipher } = own as unknown as { decipher: Decipher };
    const update = decipher.update.bind(decipher);
    const bytes: number[] = [];
    Object.assign(decipher, {
      update: (block: Buffer) => {
        bytes.push(block.length);
        return update(block);
      },
    });
    const id = own.encrypt('df555721-5135-4b5d-9c6a-7db3565f22ae');
    for (const text of ['', 'x', `${id}=`, id.slice(0, -1), `${id}A`, `${id}!`]) {
      expect(own.decrypt(text)).toBeUndefined();
    }
    expect(own.decrypt(id)).toBe('df555721-5135-4b5d-9c6a-7db3565f22ae');
    expect(bytes).toEqual([48, 48, 48, 48, 48, 48, 48]);
  });

  it.each([
    ['an empty text', ''],
    ['less than a block', 'swxCTS4gQMVIsaM'],
    ['a part of a block', 'swxCTS4gQMVIsaM-WpP_LaWIp2xwGpP-r3Md'],
    ['an id in plain text', '66291accdc3ab636288af4ab'],
    ['a text with a changed end', 'swxCTS4gQMVIsaM-WpP_LaWIp2xwGpP-r3Md_pt1Jsl_AAAAAAAAAAAAAAAAAAAA'],
    ['a text with other characters', 'swxCTS4gQMVIsaM+WpP/LaWIp2xwGpP+r3Md/pt1Jsk='],
  ])('returns undefined when it decrypts %s', (_, encrypted) => {
    expect(ids.decrypt(encrypted)).toBeUndefined();
  });
});
