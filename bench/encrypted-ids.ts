import { createCipheriv } from 'node:crypto';

/** The ids in tracking links: AES-256-CBC with a fixed IV, base64url. Key and IV in base64. */
export function idEncryption({ key, iv }: { readonly key: string; readonly iv: string }): (id: string) => string {
  const keyBytes = Buffer.from(key, 'base64');
  const ivBytes = Buffer.from(iv, 'base64');
  return (id) => {
    const cipher = createCipheriv('aes-256-cbc', keyBytes, ivBytes);
    return cipher.update(id, 'utf8', 'base64url') + cipher.final('base64url');
  };
}
