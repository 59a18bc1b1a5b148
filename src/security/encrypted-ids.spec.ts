import 'reflect-metadata';
import type { Config } from '../core/config.js';
import { EncryptedIds } from './encrypted-ids.js';

const ids = new EncryptedIds({
  encryption: {
    key: Buffer.from('5Rz2VJbnjbhPfEKn3Ryd0E+u7jzOT2KCBicmM5wUq5Y=', 'base64'),
    iv: Buffer.from('7yZ8kT8L7UeO8JpH3Ir6jQ==', 'base64'),
  },
} as Config);

describe('EncryptedIds', () => {
  it.each([
    ['66291accdc3ab636288af4ab', 'swxCTS4gQMVIsaM-WpP_LaWIp2xwGpP-r3Md_pt1Jsk'],
    ['df555721-5135-4b5d-9c6a-7db3565f22ae', 'uTOloRjtZHhcyWtDOm0p_v3J6r4Y9Q7o6zSfFDzKZJFFxJ_6PWE_lMZ5-mJ1aJ_B'],
    ['Test string with special characters: /+=?&', 'b17xI8SpqUFQEyhIVbnSS-_1k_czUya7F6DRDyMwVoZAZl7mLYyz9Wr9vkDN1Vkk'],
  ])('encrypts and decrypts %s', (plain, encrypted) => {
    expect(ids.encrypt(plain)).toBe(encrypted);
    expect(ids.decrypt(encrypted)).toBe(plain);
  });

  it.each([
    ['nothing', ''],
    ['less than a block', 'swxCTS4gQMVIsaM'],
    ['a part of a block', 'swxCTS4gQMVIsaM-WpP_LaWIp2xwGpP-r3Md'],
    ['the plain id', '66291accdc3ab636288af4ab'],
    ['one with a changed end', 'swxCTS4gQMVIsaM-WpP_LaWIp2xwGpP-r3Md_pt1Jsl_AAAAAAAAAAAAAAAAAAAA'],
    ['other characters', 'swxCTS4gQMVIsaM+WpP/LaWIp2xwGpP+r3Md/pt1Jsk='],
  ])('decrypts %s to nothing', (_, encrypted) => {
    expect(ids.decrypt(encrypted)).toBeUndefined();
  });
});
