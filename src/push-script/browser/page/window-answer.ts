/** What the subscribe window is opened for. */
export type WindowPurpose = 'subscribe' | 'leave';

/** What the subscribe window is told by its address. */
export interface WindowRequest {
  readonly purpose: WindowPurpose;
  readonly domain: string;
  readonly visitorGuid: string;
  readonly siteUrl: string;
}

/** What the subscribe window tells the page that has opened it. */
export type WindowAnswer =
  | { readonly source: 'push-script'; readonly status: 'subscribed'; readonly deviceToken: string }
  | { readonly source: 'push-script'; readonly status: 'refused' | 'denied' | 'failed' | 'left' };

export function subscribeWindowUrl(pushOrigin: string, request: WindowRequest): string {
  return `${pushOrigin}/push-script/subscribe?${new URLSearchParams({ ...request }).toString()}`;
}

/** The window's request; undefined when its address does not hold one. */
export function readWindowRequest(query: string): WindowRequest | undefined {
  const parameters = new URLSearchParams(query);
  const domain = parameters.get('domain');
  const visitorGuid = parameters.get('visitorGuid');
  const siteUrl = parameters.get('siteUrl');
  const purpose = parameters.get('purpose') === 'leave' ? 'leave' : 'subscribe';
  if (!domain || !visitorGuid || !siteUrl || !isSiteOf(siteUrl, domain)) return undefined;
  return { purpose, domain, visitorGuid, siteUrl };
}

export function isWindowAnswer(message: unknown): message is WindowAnswer {
  return typeof message === 'object' && message !== null && (message as { source?: unknown }).source === 'push-script';
}

/** A device token lets whoever has it set the contact's e-mail, so only pages of the domain itself are told of it. */
function isSiteOf(siteUrl: string, domain: string): boolean {
  try {
    const { protocol, hostname } = new URL(siteUrl);
    const name = domain.toLowerCase();
    return protocol.startsWith('http') && (hostname === name || hostname.endsWith(`.${name}`));
  } catch {
    return false;
  }
}
