import { isIP } from 'node:net';
import type { FastifyServerOptions } from 'fastify';
import ipaddr from 'ipaddr.js';
import type { TrustProxy } from '../config/trust-proxy.js';

/** Of an address that no public network routes (RFC 6890): names of ipaddr.js. */
const PRIVATE_RANGES = new Set(['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat']);

/**
 * Parses an IP address; undefined for any other text. An IPv4 address in IPv6 form, as a socket for both has
 * it, is that IPv4 address. The zone of an IPv6 address (RFC 4007, section 11) is left out: it means
 * something on the machine alone that wrote it, and may be any text.
 */
export function parseAddress(text: string): ReturnType<typeof ipaddr.process> | undefined {
  if (isIP(text) === 0) return undefined;
  const [address = ''] = text.split('%', 1);
  return ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
}

/** Whether an address is of the machine itself. */
export function isLoopback(address: string): boolean {
  return parseAddress(address)?.range() === 'loopback';
}

/**
 * Whether an address is in no public network: loopback, private, link-local, unique local, or of a provider's
 * NAT (RFC 6598).
 */
export function isPrivateAddress(address: string): boolean {
  return PRIVATE_RANGES.has(parseAddress(address)?.range() ?? '');
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
