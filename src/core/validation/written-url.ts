/**
 * Scheme, host and port as they are written (RFC 3986, section 3). A host ends at `/`, `?`, `#` or `:`; an
 * address of IPv6 is in brackets.
 */
const WRITTEN = /^https?:\/\/(?:[^/?#@\\]*@)?(\[[^\]]*\]|[^/?#@:\\]+)(?::\d*)?(?:[/?#]|$)/i;

/** What parsers turn into a slash, leave out, or trim (URL standard, "basic URL parser"). */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const REINTERPRETED = /[\\\u0000-\u001f\u007f]|\s$/;

/**
 * Parses an absolute http or https URL that every parser reads alike. Returns undefined for any other text,
 * and where the host that is written is not the host that is read: `https://a\@b`, `https://0x7f.1`. Use the
 * `href` of the result, not the text.
 */
export function parseWrittenUrl(text: string): URL | undefined {
  const host = WRITTEN.exec(text)?.[1];
  if (host === undefined || REINTERPRETED.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return isSameHost(host, url.hostname) ? url : undefined;
}

/** An international name is read as its ASCII form, which has a label that starts with `xn--` (RFC 5890). */
function isSameHost(written: string, read: string): boolean {
  return written.toLowerCase() === read || (!/^[\x20-\x7e]*$/.test(written) && /(^|\.)xn--/.test(read));
}

/**
 * The text under which a URL is stored: what its parser read. A URL of scheme and host alone keeps its form
 * without a slash at its end, which means the same (RFC 3986, section 6.2.3).
 */
export function toStoredUrl(url: URL, text: string): string {
  return url.href === `${text}/` ? text : url.href;
}

/**
 * A link that may reach a browser: an http or https URL as it is written, and null for anything else. Links
 * that were stored or posted by others may have a scheme that runs code (`javascript:`, `data:`).
 */
export function toWebLink(link: unknown): string | null {
  return typeof link === 'string' && /^https?:\/\//i.test(link) ? link : null;
}
