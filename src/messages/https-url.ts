import { ValidateBy } from 'class-validator';
import { parseWrittenUrl, toStoredUrl } from '../core/validation/written-url.js';

/**
 * Rejects a link that is neither empty nor an absolute https URL: browsers open and load no other from a
 * notification. A URL that two parsers may read differently is none.
 */
export function IsHttpsUrlOrEmpty(): PropertyDecorator {
  return ValidateBy({
    name: 'isHttpsUrlOrEmpty',
    validator: {
      validate: (value) => value === undefined || value === null || value === '' || parseHttpsUrl(value) !== undefined,
      defaultMessage: () => '$property must be an absolute https URL or empty',
    },
  });
}

/** The link as its parser read it; null where it is absent, empty or no https URL. */
export function toStoredLink(link: string | null | undefined): string | null {
  const url = parseHttpsUrl(link);
  return url === undefined ? null : toStoredUrl(url, String(link));
}

function parseHttpsUrl(value: unknown): URL | undefined {
  const url = typeof value === 'string' ? parseWrittenUrl(value) : undefined;
  return url?.protocol === 'https:' ? url : undefined;
}
