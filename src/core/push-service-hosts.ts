import type { SettingReader } from './setting-reader.js';

/** A name or an IP address (IPv6 in brackets), `*.` before a name for all below it, and a port where it is not the scheme's own. */
const HOST =
  /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/** The hosts of a comma-separated list, in lower case. */
export function readPushServiceHosts(read: SettingReader, list: string | undefined): readonly string[] {
  const hosts = (list ?? '')
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '');
  const areHosts = hosts.every((host) => HOST.test(host) && URL.canParse(`https://${host.replace('*.', '')}`));
  if (areHosts) return hosts;
  read.fault('PUSH_SERVICE_HOSTS', 'must be host names, separated by commas, each with a port where it needs one');
  return [];
}
