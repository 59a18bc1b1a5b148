/** What a Redis server says about itself. */
export interface RedisServer {
  /** `standalone`, `cluster` or `sentinel`. */
  readonly mode: string | undefined;
  readonly isReplica: boolean;
  readonly isLoading: boolean;
  /** What it does when its memory is full; `noeviction` is the only policy that loses no job. */
  readonly maxmemoryPolicy: string | undefined;
  /** Of Valkey its own one, not the version of Redis that it is compatible with. */
  readonly version: string | undefined;
}

/**
 * Parses the reply of `INFO`; sections that it lacks are undefined, and a server without a role is a primary.
 */
export function parseRedisInfo(info: string): RedisServer {
  const fields = new Map(info.split('\r\n').map((line): [string, string] => splitOnce(line)));
  return {
    mode: fields.get('redis_mode'),
    isReplica: fields.get('role') === 'slave',
    isLoading: fields.get('loading') === '1',
    maxmemoryPolicy: fields.get('maxmemory_policy'),
    version: fields.get('valkey_version') ?? fields.get('redis_version'),
  };
}

/** Why a server cannot be used with REDIS_URL alone, as a problem of it; undefined when it can. */
export function findUnsupportedMode({ mode }: RedisServer): string | undefined {
  if (mode === 'cluster') {
    return 'REDIS_URL: this is a node of a Redis Cluster; name its nodes in REDIS_CLUSTER_NODES';
  }
  if (mode === 'sentinel') {
    return 'REDIS_URL: this is a Redis Sentinel, which holds no data; name it in REDIS_SENTINELS';
  }
  return undefined;
}

function splitOnce(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1)];
}
