/** The action that the subscribe window asks the visitor to confirm. */
export type WindowPurpose = 'subscribe' | 'leave';

/** What the page passes to the subscribe window, in the query of its URL. */
export interface WindowRequest {
  readonly purpose: WindowPurpose;
  readonly domain: string;
  readonly visitorGuid: string;
  readonly siteUrl: string;
}

/** What the subscribe window returns to the page that opened it, by `postMessage`. */
export type PopupResponse =
  | { readonly source: 'push-script'; readonly status: 'subscribed'; readonly deviceToken: string }
  | { readonly source: 'push-script'; readonly status: 'left' }
  | {
      readonly source: 'push-script';
      readonly status: 'refused' | 'denied' | 'failed';
      readonly reason?: PushScriptReason;
    };

/** The origin of an external push domain, which is stored as a name or with its scheme. */
export function toPushOrigin(externalPushDomain: string): string {
  const address = /^https?:/.test(externalPushDomain) ? externalPushDomain : `https://${externalPushDomain}`;
  return new URL(address).origin;
}

/** Builds the URL of the subscribe window. */
export function subscribeWindowUrl(pushOrigin: string, request: WindowRequest): string {
  return `${pushOrigin}/push-script/subscribe?${new URLSearchParams({ ...request }).toString()}`;
}

/** Parses the request; undefined when a field is missing or `siteUrl` is not a page of the domain. */
export function readWindowRequest(query: string): WindowRequest | undefined {
  const parameters = new URLSearchParams(query);
  const domain = parameters.get('domain');
  const visitorGuid = parameters.get('visitorGuid');
  const siteUrl = parameters.get('siteUrl');
  const purpose = parameters.get('purpose') === 'leave' ? 'leave' : 'subscribe';
  if (!domain || !visitorGuid || !siteUrl || !matchesSite(siteUrl, domain)) return undefined;
  return { purpose, domain, visitorGuid, siteUrl };
}

/** Checks only the field `source`; the caller must check the origin of the message. */
export function isPopupResponse(message: unknown): message is PopupResponse {
  return typeof message === 'object' && message !== null && (message as { source?: unknown }).source === 'push-script';
}

/** Only pages of the domain may receive the device token, because it allows setting the contact's e-mail. */
function matchesSite(siteUrl: string, domain: string): boolean {
  try {
    const { protocol, hostname } = new URL(siteUrl);
    const name = domain.toLowerCase();
    return protocol.startsWith('http') && (hostname === name || hostname.endsWith(`.${name}`));
  } catch {
    return false;
  }
}
