import { ValidateBy } from 'class-validator';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { parseWrittenUrl, toStoredUrl } from '../core/validation/written-url.js';
import { replaceEachPlaceholder } from './placeholders.js';

/**
 * Rejects a link that is neither empty nor an absolute https URL: browsers open and load no other from a
 * notification. A URL that two parsers may read differently is none. Placeholders may be in path, query and
 * fragment alone: in the host, a visitor's value would choose the site. What its parser encodes counts as
 * encoded, because the link is sent so.
 */
export function IsHttpsUrlOrEmpty(): PropertyDecorator {
  return ValidateBy({
    name: 'isHttpsUrlOrEmpty',
    validator: {
      validate: (value) => value === undefined || value === null || value === '' || isShort(parseLink(value)),
      defaultMessage: (failure) =>
        parseLink(failure?.value) === undefined
          ? '$property must be an absolute https URL or empty'
          : `$property must have at most ${MAX_LENGTH.url} characters when it is encoded`,
    },
  });
}

/**
 * The link as its parser read it, with its placeholders as they are written; null where it is absent, empty
 * or no https URL.
 */
export function toStoredLink(link: string | null | undefined): string | null {
  return parseLink(link) ?? null;
}

function isShort(link: string | undefined): boolean {
  return link !== undefined && link.length <= MAX_LENGTH.url;
}

function parseLink(value: unknown): string | undefined {
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
