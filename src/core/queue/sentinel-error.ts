/** Why a Sentinel did not name the primary. */
interface SentinelFault {
  readonly address: string;
  /** A word of Redis, NOMASTER, ETIMEDOUT, or CLOSED. */
  readonly code: string;
}

/** What each means to an operator. */
const MEANINGS: Readonly<Record<string, string>> = {
  NOMASTER: 'it watches no primary of the name REDIS_SENTINEL_NAME',
  WRONGPASS: 'it does not accept REDIS_SENTINEL_PASSWORD',
  NOAUTH: 'it asks for a password, see REDIS_SENTINEL_PASSWORD',
  NOPERM: 'its user may not ask it, see REDIS_SENTINEL_USERNAME',
  ERR: 'it is no Sentinel',
  ETIMEDOUT: 'it does not respond',
  // ioredis says no more of a connection that fails.
  CLOSED: 'it is unreachable, or with rediss:// its certificate is not trusted, see REDIS_CA_FILE',
};

const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/No such master|invalid reply/, 'NOMASTER'],
  [/WRONGPASS|invalid password/, 'WRONGPASS'],
  [/NOAUTH/, 'NOAUTH'],
  [/NOPERM/, 'NOPERM'],
  [/unknown command/i, 'ERR'],
  [/Command timed out/, 'ETIMEDOUT'],
];

/**
 * Reads the error of a Sentinel, of which ioredis keeps the text alone: "failed to connect to sentinel
 * host:port because …", or "connected to sentinel host:port successfully, but got an invalid reply".
 */
export function readSentinelError(error: unknown): SentinelFault {
  const text = error instanceof Error ? error.message : '';
  const address = /sentinel (\S+:\d+)/.exec(text)?.[1] ?? '';
  return { address, code: TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? 'CLOSED' };
}

/** What the code of a SentinelFault means to an operator. */
export function explainSentinelCode(code: string): string {
  return MEANINGS[code] ?? '';
}
