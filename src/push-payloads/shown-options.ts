import type { NotificationOptions } from '../core/validation/notification-options.js';
import { toWebLink } from '../core/validation/written-url.js';

interface ShownContent {
  readonly options?: NotificationOptions;
  readonly badgeUrl?: string | null;
}

/**
 * Returns the options under the names that `showNotification` has for them (Notifications standard,
 * `NotificationOptions`), without `data`; undefined when there are none.
 */
export function toShownOptions({
  options = {},
  badgeUrl,
}: ShownContent): Readonly<Record<string, unknown>> | undefined {
  const { requireInteraction, silent, renotify, tag, vibrate, language: lang, direction: dir } = options;
  const badge = toWebLink(badgeUrl) ?? undefined;
  const shown = { requireInteraction, silent, renotify, tag, badge, vibrate, lang, dir };
  const given = Object.entries(shown).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}
