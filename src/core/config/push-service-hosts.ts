import type { SettingReader } from './setting-reader.js';

/**
 * A name or an IP address (IPv6 in brackets), with an optional port. `*.` before a name stands for all its
 * subdomains.
 */
const HOST =
  /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/**
 * Parses a comma-separated list of hosts and returns them in lower case. When one of them is invalid, reports
 * a problem to `reader` and returns an empty list.
 */
export function parsePushServiceHosts(reader: SettingReader, list: string | undefined): readonly string[] {
  const hosts = (list ?? '')
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '');
  const areHosts = hosts.every((host) => HOST.test(host) && URL.canParse(`https://${host.replace('*.', '')}`));
  if (areHosts) return hosts;
  reader.reject('PUSH_SERVICE_HOSTS', 'must be host names, separated by commas, each with a port where it needs one');
  return [];
}
