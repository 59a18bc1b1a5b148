import type { WarningResponse } from './warnings.dto.js';

/** Returns a warning of each unknown property of a request's body, as it was written. */
export function warnOfProperties(unknownProperties: readonly string[]): WarningResponse[] {
  return unknownProperties.map((name) => ({
    code: 'unknown_property',
    detail: `${name} is not a property of this request; it is ignored.`,
  }));
}
