import { MAX_LENGTH } from './limits.js';
import { OptionalText } from './request-text.js';

/** The public key of RFC 8292, section 2.4. */
export const VAPID_KEY_EXAMPLE =
  'BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs';

/**
 * Marks an optional VAPID public key of a request; which keys there are is the service's to know, so that no
 * example but null can be executed everywhere.
 */
export function OptionalVapidKey(description: string): PropertyDecorator {
  return OptionalText({ maxLength: MAX_LENGTH.subscriptionKey, example: null, description });
}
