import { ValidateBy } from 'class-validator';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { parseLink } from './message-link.js';

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

function isShort(link: string | undefined): boolean {
  return link !== undefined && link.length <= MAX_LENGTH.url;
}
