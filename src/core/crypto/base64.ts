/** Decodes base64 or base64url, padded or not; returns undefined when the text has any other character. */
export function decodeBase64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** Rewrites base64 as base64url without padding; other text loses the characters that do not belong there. */
export function toBase64Url(text: string): string {
  return Buffer.from(text, 'base64').toString('base64url');
}

/**
 * Decodes base64url without padding; returns undefined unless the text is the one spelling of its bytes, in
 * which unused bits are 0 (RFC 4648, section 3.5).
 */
export function decodeBase64Url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}
