/**
 * A surrogate without its other half. JSON may escape one (RFC 8259, section 8.2), UTF-8 has no form for
 * it.
 */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Returns whether `text` can be written as UTF-8, and so be stored, compared and sent unchanged. */
export function isWellFormedText(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

/** Returns whether all names and texts in a JSON value are well-formed. Its parser has limited its depth. */
export function isWellFormedJson(value: unknown): boolean {
  if (typeof value === 'string') return isWellFormedText(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, item]) => isWellFormedText(name) && isWellFormedJson(item));
}

/** Returns `text` with U+FFFD for each lone surrogate. */
export function toWellFormedText(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}
