/**
 * The browser vendors' push services, as their documents name them:
 * - Chrome, Edge on Android, Opera, Samsung Internet, …: developer.chrome.com and web.dev, "The Web Push Protocol".
 * - Firefox: mozilla-push-service.readthedocs.io; a subscription's host is updates.push.services.mozilla.com.
 * - Edge on Windows: learn.microsoft.com, "Windows Push Notification Services (WNS) overview", which tells servers to check the
 *   domain notify.windows.com, under which the subdomain may change.
 * - Safari: developer.apple.com, "Sending web push notifications in web apps and browsers"; a subscription's host is
 *   web.push.apple.com, and servers are told to allow all of push.apple.com.
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
