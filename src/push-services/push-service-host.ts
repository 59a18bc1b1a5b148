/**
 * The hosts of the browser vendors' push services, in the format of matchesHost. The vendors' documents are
 * collected in github.com/web-push-libs/web-push issue 801.
 * - Chrome and browsers based on it: fcm.googleapis.com.
 * - Chromium of Linux distributions, Chrome Beta to Canary: jmt17.google.com.
 * - Firefox: updates.push.services.mozilla.com; other stages have hosts beside it.
 * - Edge on Windows: any subdomain of notify.windows.com, the domain that servers are told to check
 *   (learn.microsoft.com, "Windows Push Notification Services (WNS) overview").
 * - Safari: web.push.apple.com; Apple reserves all of push.apple.com
 *   (developer.apple.com, "Sending web push notifications in web apps and browsers").
 */
export const VENDOR_HOSTS: readonly string[] = [
  'fcm.googleapis.com',
  'jmt17.google.com',
  '*.push.services.mozilla.com',
  '*.notify.windows.com',
  '*.push.apple.com',
];

/**
 * Outside production the sandbox handles subscriptions with this host. Names under `.invalid` never resolve
 * (RFC 6761, section 6.4).
 */
export const SANDBOX_HOST = 'push-service.invalid';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * Whether a URL's host and port match `pattern`: `host`, `host:port` or `*.host`, in lower case. `*.host`
 * matches every subdomain, but not `host` itself. Without a port the default port of the URL's scheme is
 * required.
 */
export function matchesHost(pattern: string, { protocol, hostname, port }: URL): boolean {
  const { name, port: wantedPort } = patterns.get(pattern) ?? parsePattern(pattern);
  const defaultPort = DEFAULT_PORTS[protocol] ?? '';
  if ((port === '' ? defaultPort : port) !== (wantedPort ?? defaultPort)) return false;
  return name.startsWith('*.') ? hostname.endsWith(name.slice(1)) && hostname.length >= name.length : hostname === name;
}

interface HostPattern {
  readonly name: string;
  /** Undefined for the default port. */
  readonly port: string | undefined;
}

/** Parsed once: there are a dozen, and each endpoint is compared with all. */
const patterns = new Map<string, HostPattern>();

function parsePattern(pattern: string): HostPattern {
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(pattern) ?? [];
  const parsed = { name, port };
  patterns.set(pattern, parsed);
  return parsed;
}
