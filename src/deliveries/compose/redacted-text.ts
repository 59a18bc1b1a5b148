const HIDDEN = '…';

/**
 * Three parts of base64url, the first of which is JSON: a signed token (RFC 7519). At the end of a text that
 * was cut, there may be fewer.
 */
const TOKEN = /eyJ[\w-]+(?:\.[\w-]+\.[\w-]+|(?:\.[\w-]*){0,2}$)/gi;

const EMAIL = /[^\s"'<>@,;:]+@(?:[^\s"'<>@,;:]+\.[^\s"'<>@,;:]+|[^\s"'<>@,;:]*$)/g;

/** A push service's, which everybody may know. */
const ORIGIN = /^https?:\/\/[^/?#]*/i;

/** Shorter ones are words, as in `/send/`, and would be hidden wherever they are. */
const MIN_SECRET_LENGTH = 8;

/**
 * Hides in a text all that these secrets have, in any case: each of them, the parts of one that is a URL, and
 * both as JSON or a URL would escape them. E-mail addresses and signed tokens are hidden as well. Who has
 * read the text may have cut it, so the beginning of each is hidden at its end.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const parts = secrets.flatMap((secret) => secret.replace(ORIGIN, '').split(/[/?&=#]/));
  const withoutSecrets = hideCutEnd(hideAll(text, toWritten([...secrets, ...parts])), toWritten(parts));
  return withoutSecrets.replace(TOKEN, HIDDEN).replace(EMAIL, HIDDEN);
}

/** As they may be written, longest first. */
function toWritten(parts: readonly string[]): string[] {
  const written = parts.flatMap((part) => [part, part.replaceAll('/', String.raw`\/`), encodeURIComponent(part)]);
  return [...new Set(written)]
    .filter((part) => part.length >= MIN_SECRET_LENGTH)
    .sort((left, right) => right.length - left.length);
}

function hideAll(text: string, hidden: readonly string[]): string {
  if (hidden.length === 0) return text;
  const literals = hidden.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`));
  return text.replaceAll(new RegExp(literals.join('|'), 'gi'), HIDDEN);
}

/** Hides the beginning of a part, of which the rest was cut off. */
function hideCutEnd(text: string, parts: readonly string[]): string {
  const lower = text.toLowerCase();
  const lengths = parts.map((part) => findCutLength(lower, part.toLowerCase()));
  const longest = Math.max(0, ...lengths);
  return longest === 0 ? text : text.slice(0, -longest) + HIDDEN;
}

function findCutLength(text: string, part: string): number {
  for (let length = part.length - 1; length >= MIN_SECRET_LENGTH; length -= 1) {
    if (text.endsWith(part.slice(0, length))) return length;
  }
  return 0;
}
