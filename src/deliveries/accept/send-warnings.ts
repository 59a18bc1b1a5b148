import { warnOfProperties } from '../../messages/property-warnings.js';
import type { WarningCode, WarningResponse } from '../../messages/warnings.dto.js';

const DETAILS: Readonly<Record<Exclude<WarningCode, 'unknown_property'>, string>> = {
  domain_unknown: 'No domain of exactly this name was stored with PUT /domains/{name}; it is sent to nevertheless.',
  domain_disabled: "The domain's push feature is switched off; it is sent to nevertheless.",
  prune_breaker_open: 'Contacts that are gone are not pruned: see GET /domains/{name}/prune-breaker.',
};

/**
 * Returns what a caller should know of a send that is accepted.
 *
 * @param domain undefined when it is not known.
 * @param isBreakerOpen whether contacts of the domain that are gone are not pruned.
 * @param unknownProperties of the request's body, as they were written.
 */
export function toWarnings(
  domain: { readonly isPushFeatureEnabled: boolean } | undefined,
  isBreakerOpen: boolean,
  unknownProperties: readonly string[],
): WarningResponse[] {
  const ofDomain: (keyof typeof DETAILS)[] = [];
  if (domain === undefined) ofDomain.push('domain_unknown');
  else if (!domain.isPushFeatureEnabled) ofDomain.push('domain_disabled');
  if (isBreakerOpen) ofDomain.push('prune_breaker_open');
  return [...ofDomain.map((code) => ({ code, detail: DETAILS[code] })), ...warnOfProperties(unknownProperties)];
}
