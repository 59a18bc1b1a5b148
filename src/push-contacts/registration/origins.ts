import type { PushConfiguration } from '../../domain-configuration/domains.reader.js';

type ExternalDomain = Pick<PushConfiguration, 'externalPushDomain' | 'usesExternalPushDomain'>;

const WWW = 'www.';

/**
 * Whether a page of this origin may register contacts of the domain: an `https` page of the domain itself, of
 * a subdomain, of the domain with or without `www.`, or of the external push domain that it uses. `localhost`
 * may use `http`, as browsers treat it (W3C Secure Contexts, section 3.1).
 *
 * @param origin the header `Origin` (RFC 6454, section 7); `null` and no header are no page.
 */
export function isOriginOf(origin: string | undefined, domain: string, external?: ExternalDomain): boolean {
  const page = toUrl(origin ?? '');
  if (page === undefined || !isSecure(page)) return false;
  const host = toHost(domain);
  if (host !== undefined && isWithin(page.hostname, host)) return true;
  if (external?.usesExternalPushDomain !== true || external.externalPushDomain === null) return false;
  return page.hostname === toHost(external.externalPushDomain);
}

function isWithin(pageHost: string, host: string): boolean {
  const apex = host.startsWith(WWW) ? host.slice(WWW.length) : host;
  return pageHost === apex || pageHost === host || pageHost.endsWith(`.${host}`);
}

function isSecure({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:') return true;
  return protocol === 'http:' && (hostname === 'localhost' || hostname.endsWith('.localhost'));
}

/** The host of a domain, which may be written as URL, as browsers write it: in lower case and punycode. */
function toHost(domain: string): string | undefined {
  const url = toUrl(/^https?:\/\//i.test(domain) ? domain : `https://${domain}`);
  // What has another part is no domain.
  if (url === undefined) return undefined;
  return url.href === `${url.protocol}//${url.host}/` ? url.hostname : undefined;
}

function toUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
