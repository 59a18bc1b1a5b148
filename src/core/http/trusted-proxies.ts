import { isIP } from 'node:net';
import type { FastifyServerOptions } from 'fastify';
import ipaddr from 'ipaddr.js';
import type { TrustProxy } from '../config/trust-proxy.js';

/**
 * Whether an address is in no public network: loopback, private, link-local and others (RFC 6890). An IPv4
 * address in IPv6 form, as a socket for both has it, counts as that IPv4 address.
 */
export function isPrivateAddress(address: string): boolean {
  return isIP(address) !== 0 && ipaddr.process(address).range() !== 'unicast';
}

/**
 * Returns the option of Fastify. A number of proxies counts only where the nearest one is in a private
 * network: anybody who reaches this process directly could name as many (fastify.dev, "Server", trustProxy).
 */
export function toFastifyTrust(trustProxy: TrustProxy | undefined): NonNullable<FastifyServerOptions['trustProxy']> {
  if (typeof trustProxy === 'number') {
    return (address, hop) => hop < trustProxy && (hop > 0 || isPrivateAddress(address));
  }
  if (trustProxy === undefined || typeof trustProxy === 'boolean') return trustProxy ?? false;
  return [...trustProxy];
}
