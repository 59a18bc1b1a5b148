import { parseWrittenUrl, toStoredUrl } from '../core/validation/written-url.js';
import { replaceEachPlaceholder } from './placeholders.js';

/**
 * The link as its parser read it, with its placeholders as they are written; null where it is absent, empty
 * or no https URL.
 */
export function toStoredLink(link: string | null | undefined): string | null {
  return parseLink(link) ?? null;
}

/** As `toStoredLink`, of a value of any type; undefined for what is no https URL. */
export function parseLink(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  // A parser would encode a letter of a placeholder's name.
  const placeholders = new Map<string, string>();
  const unused = unusedMark(value);
  const marked = replaceEachPlaceholder(value, (placeholder) => {
    const mark = `${unused}${placeholders.size}x`;
    placeholders.set(mark, placeholder);
    return mark;
  });
  const url = parseWrittenUrl(marked);
  if (url?.protocol !== 'https:') return undefined;
  const authority = `${url.username}:${url.password}@${url.host}`;
  if ([...placeholders.keys()].some((mark) => authority.includes(mark))) return undefined;
  return [...placeholders].reduce(
    (text, [mark, placeholder]) => text.replace(mark, () => placeholder),
    toStoredUrl(url, marked),
  );
}

/** Returns a text that the link does not contain and that a parser leaves as it is. */
function unusedMark(link: string): string {
  let mark = 'placeholder';
  while (link.toLowerCase().includes(mark)) mark += 'x';
  return mark;
}
