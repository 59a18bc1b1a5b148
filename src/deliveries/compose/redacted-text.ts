const HIDDEN = '…';

/** Three parts of base64url, the first of which is JSON: a signed token (RFC 7519). */
const TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g;

const EMAIL = /[^\s"'<>@,;:]+@[^\s"'<>@,;:]+\.[^\s"'<>@,;:]+/g;

/** A push service's, which everybody may know. */
const ORIGIN = /^https?:\/\/[^/?#]*/i;

/** Shorter ones are words, as in `/send/`, and would be hidden wherever they are. */
const MIN_SECRET_LENGTH = 8;

/**
 * Hides in a text all that these secrets have: each of them, the parts of one that is a URL, and both as JSON
 * or a URL would escape them. E-mail addresses and signed tokens are hidden as well.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const parts = secrets.flatMap((secret) => [secret, ...secret.replace(ORIGIN, '').split(/[/?&=#]/)]);
  const written = parts.flatMap((part) => [part, part.replaceAll('/', String.raw`\/`), encodeURIComponent(part)]);
  const hidden = [...new Set(written)]
    .filter((part) => part.length >= MIN_SECRET_LENGTH)
    .sort((left, right) => right.length - left.length);
  const withoutSecrets = hidden.reduce((rest, part) => rest.replaceAll(part, HIDDEN), text);
  return withoutSecrets.replace(TOKEN, HIDDEN).replace(EMAIL, HIDDEN);
}
