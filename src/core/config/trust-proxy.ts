import ipaddr from 'ipaddr.js';
import type { SettingReader } from './setting-reader.js';

const { IPv4, IPv6 } = ipaddr;

/**
 * As Fastify's `trustProxy` (fastify.dev, "Server"): whether, how many from this process on, or which proxies
 * are believed what `X-Forwarded-For` says.
 */
export type TrustProxy = boolean | number | readonly string[];

/** Names that Fastify understands for ranges of special addresses. */
const NAMED_RANGES: readonly string[] = ['loopback', 'linklocal', 'uniquelocal'];

const MAX_HOPS = 32;

const PROBLEM = `must be true, false, a number of proxies from 1 to ${MAX_HOPS}, or addresses and CIDR ranges by commas`;

/** Parses TRUST_PROXY; undefined when it is unset or, which is a problem, malformed. */
export function parseTrustProxy(reader: SettingReader, text: string | undefined): TrustProxy | undefined {
  if (text === undefined) return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  const hops = /^\d+$/.test(text) ? Number(text) : undefined;
  if (hops !== undefined && hops >= 1 && hops <= MAX_HOPS) return hops;
  const ranges = text.split(',').map((range) => range.trim());
  if (hops === undefined && ranges.every(isRange)) return ranges;
  reader.reject('TRUST_PROXY', PROBLEM);
  return undefined;
}

function isRange(text: string): boolean {
  if (NAMED_RANGES.includes(text)) return true;
  // Everybody is `true`; Fastify refuses it as a range, also as `/00`.
  if (Number(text.split('/')[1] ?? 1) === 0) return false;
  // Of IPv4 in four parts alone: older notations, such as `10` for 0.0.0.10, are typing errors here.
  return IPv4.isValidFourPartDecimal(text) || IPv4.isValidCIDRFourPartDecimal(text) || isIPv6Range(text);
}

function isIPv6Range(text: string): boolean {
  return IPv6.isValid(text) || IPv6.isValidCIDR(text);
}
