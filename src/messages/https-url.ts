import { ValidateBy } from 'class-validator';

/** Rejects a link that is neither empty nor an absolute https URL: browsers open and load no other from a notification. */
export function IsHttpsUrlOrEmpty(): PropertyDecorator {
  return ValidateBy({
    name: 'isHttpsUrlOrEmpty',
    validator: {
      validate: (value) => value === undefined || value === null || value === '' || isHttpsUrl(value),
      defaultMessage: () => '$property must be an absolute https URL or empty',
    },
  });
}

function isHttpsUrl(value: unknown): boolean {
  return typeof value === 'string' && /^https:\/\/[^\s/]/i.test(value) && URL.canParse(value);
}
