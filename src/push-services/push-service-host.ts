/**
 * The browser vendors' push services; github.com/web-push-libs/web-push issue 801 gathers them from the vendors' documents.
 * - Chrome and what is built on it: fcm.googleapis.com.
 * - Firefox: a subscription's host is updates.push.services.mozilla.com, other stages have hosts beside it.
 * - Edge on Windows: learn.microsoft.com, "Windows Push Notification Services (WNS) overview", tells servers to check the
 *   domain notify.windows.com, under which the subdomain may change.
 * - Safari: a subscription's host is web.push.apple.com; Apple reserves the rest of push.apple.com for it
 *   (developer.apple.com, "Sending web push notifications in web apps and browsers").
 */
export const VENDOR_HOSTS: readonly string[] = [
  'fcm.googleapis.com',
  '*.push.services.mozilla.com',
  '*.notify.windows.com',
  '*.push.apple.com',
];

/** Outside production the sandbox takes this host's subscriptions; no name under `.invalid` resolves (RFC 6761, section 6.4). */
export const SANDBOX_HOST = 'push-service.invalid';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * Whether a URL's host is the one that `pattern` names: `host`, `host:port` or `*.host`, all in lower case, the last for
 * every name below it. Without a port the scheme's own is meant.
 */
export function isHostOf(pattern: string, { protocol, hostname, port }: URL): boolean {
  const [, name = '', wantedPort] = /^(.*?)(?::(\d+))?$/.exec(pattern) ?? [];
  const defaultPort = DEFAULT_PORTS[protocol] ?? '';
  if ((port === '' ? defaultPort : port) !== (wantedPort ?? defaultPort)) return false;
  return name.startsWith('*.') ? hostname.endsWith(name.slice(1)) && hostname.length >= name.length : hostname === name;
}
