import ipaddr from 'ipaddr.js';

/**
 * Whether an IP address can be of a host on the internet. False for all that IANA's special-purpose registries
 * (RFC 6890) set apart: private, loopback, link-local, carrier-grade NAT, unique local, multicast, documentation, …; also
 * for IPv6 that carries an IPv4 address (mapped, 6to4, Teredo, NAT64), by which a private one could be reached.
 */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'unicast';
}
