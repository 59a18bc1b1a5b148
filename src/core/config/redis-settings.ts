import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { SettingReader } from './setting-reader.js';

/** Redis' own ports (redis.io, "Configuration" and "High availability with Redis Sentinel"). */
const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;

/** The name in Redis' own `sentinel.conf`. */
const DEFAULT_SENTINEL_NAME = 'mymaster';

/** A server of Redis; an IPv6 address is without brackets. */
interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** Sentinels that know the address of the primary. */
interface SentinelSettings {
  /** At least one; the others are learned from it. */
  readonly addresses: readonly RedisAddress[];
  /** The name under which they watch the primary. */
  readonly name: string;
  /** Of the Sentinels themselves; user and password of the primary are in the URL. */
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** Where Redis is: one server, a Redis Cluster, or a primary that Sentinels watch. */
export interface RedisSettings {
  /** Says user, password, database and whether TLS is used; also the server, except with Sentinels. */
  readonly url: string;
  /** Nodes of a Redis Cluster, from which the others are learned; undefined without a cluster. */
  readonly clusterNodes: readonly RedisAddress[] | undefined;
  /** Undefined without Sentinels. */
  readonly sentinel: SentinelSettings | undefined;
  /** PEM texts, for an URL of `rediss://`; without a CA, that of Node.js are trusted. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** The settings of one server with nothing but a URL. */
export function toRedisSettings(url: string): RedisSettings {
  return { url, clusterNodes: undefined, sentinel: undefined, tls: {} };
}

/**
 * Reads the settings of Redis; undefined without REDIS_URL. Reports addresses that are malformed, settings
 * that exclude each other or lack what they belong to, and what a Redis Cluster does not have.
 */
export function readRedis(reader: SettingReader): RedisSettings | undefined {
  const url = readUrl(reader);
  const nodes = readAddresses(reader, 'REDIS_CLUSTER_NODES', reader.text('REDIS_CLUSTER_NODES'), REDIS_PORT);
  const sentinel = readSentinel(reader);
  const tls = readTls(reader, url);
  if (nodes !== undefined && sentinel !== undefined) {
    reader.reject('REDIS_SENTINELS', 'give either REDIS_CLUSTER_NODES or REDIS_SENTINELS, not both');
  }
  if (url === undefined) {
    assertNothingElse(reader, nodes !== undefined || sentinel !== undefined);
    return undefined;
  }
  if (nodes !== undefined || sentinel !== undefined) assertPlainUrl(reader, url, nodes !== undefined);
  return { url, clusterNodes: nodes && [toAddress(new URL(url), REDIS_PORT), ...nodes], sentinel, tls };
}

/** The path of a Redis URL is the number of a database (iana.org, "redis" URI scheme). */
function readUrl(reader: SettingReader): string | undefined {
  const value = reader.url('REDIS_URL', ['redis', 'rediss'], reader.secret('REDIS_URL'));
  if (value === undefined) return undefined;
  if (!isUrlOfHost(value)) {
    reader.reject('REDIS_URL', 'is no valid URL of one host; percent-encode @ : / ? # [ ] % in its password');
    return undefined;
  }
  if (!/^(\/\d*)?$/.test(new URL(value).pathname)) {
    reader.reject('REDIS_URL', 'the path must be the number of a database, from 0');
  }
  return value;
}

function isUrlOfHost(value: string): boolean {
  try {
    const { hostname, username, password } = new URL(value);
    // Throws for a stray percent sign.
    decodeURIComponent(username + password);
    return hostname !== '';
  } catch {
    return false;
  }
}

/** A Redis Cluster has no databases but 0 (redis.io, "Redis Cluster specification"). */
function assertPlainUrl(reader: SettingReader, url: string, isCluster: boolean): void {
  const { pathname, searchParams } = new URL(url);
  const other = isCluster ? 'REDIS_CLUSTER_NODES' : 'REDIS_SENTINELS';
  if ([...searchParams.keys()].some((name) => name !== 'db')) {
    reader.reject('REDIS_URL', `only ?db is understood with ${other}`);
  }
  if (isCluster && (Number(pathname.slice(1)) > 0 || Number(searchParams.get('db') ?? 0) !== 0)) {
    reader.reject('REDIS_URL', 'a Redis Cluster has no database but 0; leave its number away');
  }
}

function assertNothingElse(reader: SettingReader, isNeeded: boolean): void {
  if (isNeeded && !reader.problems.some((problem) => problem.startsWith('REDIS_URL'))) {
    reader.reject('REDIS_URL', 'is missing: it says user, password and whether TLS is used');
  }
}

function readSentinel(reader: SettingReader): RedisSettings['sentinel'] {
  const given = reader.text('REDIS_SENTINELS');
  const addresses = readAddresses(reader, 'REDIS_SENTINELS', given, SENTINEL_PORT);
  const name = reader.text('REDIS_SENTINEL_NAME');
  const username = reader.text('REDIS_SENTINEL_USERNAME');
  const password = reader.secret('REDIS_SENTINEL_PASSWORD');
  if (given === undefined && [name, username, password].some((each) => each !== undefined)) {
    reader.reject('REDIS_SENTINELS', 'is missing: REDIS_SENTINEL_NAME, _USERNAME and _PASSWORD belong to it');
  }
  if (username !== undefined && password === undefined) {
    reader.reject('REDIS_SENTINEL_PASSWORD', 'is missing: REDIS_SENTINEL_USERNAME belongs to it');
  }
  return addresses && { addresses, name: name ?? DEFAULT_SENTINEL_NAME, username, password };
}

/** Addresses as `host` or `host:port`, separated by commas; undefined without one. */
function readAddresses(
  reader: SettingReader,
  name: string,
  text: string | undefined,
  defaultPort: number,
): RedisAddress[] | undefined {
  if (text === undefined) return undefined;
  const addresses = text.split(',').map((each) => parseAddress(each.trim(), defaultPort));
  if (addresses.every((address) => address !== undefined)) return addresses;
  reader.reject(name, 'must be host:port, several separated by commas, IPv6 as [address]:port; no user, no password');
  return undefined;
}

function parseAddress(text: string, defaultPort: number): RedisAddress | undefined {
  const url = `redis://${text}`;
  if (/[@/?#\s]/.test(text) || !URL.canParse(url)) return undefined;
  const address = toAddress(new URL(url), defaultPort);
  return address.host === '' ? undefined : address;
}

function toAddress({ hostname, port }: URL, defaultPort: number): RedisAddress {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? defaultPort : Number(port) };
}

function readTls(reader: SettingReader, url: string | undefined): RedisSettings['tls'] {
  const ca = reader.file('REDIS_CA_FILE');
  const cert = reader.file('REDIS_CERT_FILE');
  const key = reader.file('REDIS_KEY_FILE');
  const files = { REDIS_CA_FILE: ca, REDIS_CERT_FILE: cert, REDIS_KEY_FILE: key };
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) continue;
    const isKey = name === 'REDIS_KEY_FILE';
    if (!(isKey ? isPrivateKey(content) : isCertificate(content))) {
      reader.reject(name, isKey ? 'holds no private key in PEM without a passphrase' : 'holds no certificate in PEM');
    } else if (url !== undefined && !url.startsWith('rediss:')) {
      reader.reject(name, 'is used with TLS only: REDIS_URL must begin with rediss://');
    }
  }
  if ((cert === undefined) !== (key === undefined)) {
    reader.reject(cert === undefined ? 'REDIS_CERT_FILE' : 'REDIS_KEY_FILE', 'is missing: both belong together');
  }
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).type === 'private';
  } catch {
    return false;
  }
}
