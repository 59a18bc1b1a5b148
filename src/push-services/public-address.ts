import ipaddr from 'ipaddr.js';

/**
 * Whether `address` is an IP address on the public internet. False for the ranges of IANA's special-purpose
 * registries (RFC 6890): private, loopback, link-local, shared (RFC 6598), unique local, multicast,
 * documentation and others. Also false for IPv6 addresses that embed an IPv4 address (mapped, 6to4, Teredo,
 * NAT64), which may be a private one.
 */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'unicast';
}
