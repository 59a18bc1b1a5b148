/**
 * First words of error replies that say why Redis does not serve (redis.io, "RESP protocol", simple errors),
 * and what each means to an operator.
 */
const MEANINGS: Readonly<Record<string, string>> = {
  READONLY: 'it is a replica, and replicas refuse writes',
  OOM: 'its memory is full (maxmemory)',
  MISCONF: 'it cannot save its data to disk, and refuses writes',
  NOREPLICAS: 'it has fewer replicas than min-replicas-to-write',
  WRONGPASS: 'it does not accept the password of REDIS_URL',
  NOAUTH: 'it asks for a password, and REDIS_URL has none',
  NOPERM: 'the user of REDIS_URL may not run a command that is needed',
  LOADING: 'it is loading its data',
  MASTERDOWN: 'it is a replica without its primary',
  BUSY: 'a script has been running for too long',
  CLUSTER: 'it is a node of a Redis Cluster, see REDIS_CLUSTER_NODES',
  CLUSTERDOWN: 'a part of the slots of the Redis Cluster has no primary',
  MOVED: 'it is a node of a Redis Cluster, see REDIS_CLUSTER_NODES',
  TRYAGAIN: 'the Redis Cluster is moving the keys to another node',
  SENTINEL: 'it is a Redis Sentinel, see REDIS_SENTINELS',
};

const UNTRUSTED = 'its certificate is of a CA that is not trusted, see REDIS_CA_FILE';

/**
 * What errors of the network mean where their code alone does not say it (nodejs.org, "TLS", X509 certificate
 * error codes).
 */
const NETWORK_MEANINGS: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is not for the address at which it is reached',
  NONODE: 'no node of REDIS_CLUSTER_NODES responds, or with rediss:// none is trusted, see REDIS_CA_FILE',
  NOSENTINEL: 'no Sentinel of REDIS_SENTINELS names the primary',
};

/**
 * A reply of a script may hold the word of the command that failed in it (Redis 6: "ERR Error running script
 * … -OOM …").
 */
const KNOWN_WORD = new RegExp(`(?:^|[\\s:-])(${Object.keys(MEANINGS).join('|')}|NOSCRIPT|EXECABORT)\\b`);

/** Network errors of Node and OpenSSL, such as ECONNREFUSED or DEPTH_ZERO_SELF_SIGNED_CERT. */
const NETWORK_CODE = /^[A-Z][A-Z0-9_]+$/;

/**
 * Redis' own word for an error, or the network's code; undefined when the error is neither. Never any more of
 * the error: ioredis attaches the command with its arguments, among them the password.
 */
export function readRedisCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.message === 'Command timed out') return 'ETIMEDOUT';
  if (error.message.startsWith('All sentinels are unreachable')) return 'NOSENTINEL';
  const { code, command } = error as { code?: unknown; command?: { name?: unknown } };
  if (typeof code === 'string' && NETWORK_CODE.test(code)) return code;
  const known = KNOWN_WORD.exec(error.message)?.[1];
  if (known !== undefined) return known;
  // Before version 6 Redis refuses a password with "ERR invalid password".
  if (command?.name === 'auth') return 'WRONGPASS';
  return error.name === 'ReplyError' ? /^[A-Z]+(?= |$)/.exec(error.message)?.[0] : undefined;
}

/**
 * Whether an error of this code was answered by Redis itself, and what it means; undefined for a network
 * error.
 */
export function explainRedisCode(code: string): string | undefined {
  return MEANINGS[code] ?? (code === 'ERR' ? 'it refuses a command that is needed' : undefined);
}

/** What an error of the network means; undefined where its code says it. */
export function explainNetworkCode(code: string): string | undefined {
  return NETWORK_MEANINGS[code];
}

/** Where a frame of a call stack lies in ioredis or Bull. */
const CLIENT_FRAME = /node_modules[\\/](?:ioredis|bull|redis-parser|redis-errors|standard-as-callback)[\\/]/;

/** Whether an error was made by ioredis or Bull themselves, by the first frame of its call stack. */
export function isOfRedisClient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const frame = error.stack?.split('\n').find((line) => line.startsWith('    at '));
  return frame !== undefined && CLIENT_FRAME.test(frame);
}
