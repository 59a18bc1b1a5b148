import type { WarningCode, WarningResponse } from '../../messages/warnings.dto.js';

const OF_DOMAIN: Readonly<Record<Exclude<WarningCode, 'unknown_property'>, string>> = {
  domain_unknown: 'No domain of exactly this name was stored with PUT /domains/{name}; it is sent to nevertheless.',
  domain_disabled: "The domain's push feature is switched off; it is sent to nevertheless.",
};

/**
 * Returns what a caller should know of a send that is accepted.
 *
 * @param domain undefined when it is not known.
 * @param unknownProperties of the request's body, as they were written.
 */
export function toWarnings(
  domain: { readonly isPushFeatureEnabled: boolean } | undefined,
  unknownProperties: readonly string[],
): WarningResponse[] {
  const code = domain === undefined ? 'domain_unknown' : 'domain_disabled';
  const ofDomain = domain?.isPushFeatureEnabled === true ? [] : [{ code, detail: OF_DOMAIN[code] } as const];
  const ofProperties = unknownProperties.map((name) => {
    return { code: 'unknown_property', detail: `${name} is not a property of this request; it is ignored.` } as const;
  });
  return [...ofDomain, ...ofProperties];
}
