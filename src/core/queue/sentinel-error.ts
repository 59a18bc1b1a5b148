import { explainNetworkCode } from './redis-error.js';

/** Why a Sentinel did not name the primary. */
export interface SentinelFault {
  readonly address: string;
  /** A word of Redis, a code of the network, or NOMASTER. */
  readonly code: string;
}

/** What a Sentinel answers, where it means something else than that of a Redis that holds data. */
const MEANINGS: Readonly<Record<string, string>> = {
  NOMASTER: 'it watches no primary of the name REDIS_SENTINEL_NAME',
  WRONGPASS: 'it does not accept REDIS_SENTINEL_PASSWORD',
  NOAUTH: 'it asks for a password, see REDIS_SENTINEL_PASSWORD',
  NOPERM: 'its user may not ask it, see REDIS_SENTINEL_USERNAME',
  ERR: 'it is no Sentinel',
};

/** OpenSSL's texts, of which ioredis keeps no code. A longer text comes before one that it contains. */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/invalid reply/, 'NOMASTER'],
  [/unknown command/i, 'ERR'],
  [/self-signed certificate in certificate chain/, 'SELF_SIGNED_CERT_IN_CHAIN'],
  [/self-signed certificate/, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [/unable to verify the first certificate/, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  [/unable to get local issuer certificate/, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  [/certificate has expired/, 'CERT_HAS_EXPIRED'],
  [/certificate's altnames/, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [/invalid username-password pair|invalid password/, 'WRONGPASS'],
  [/Command timed out/, 'ETIMEDOUT'],
];

/** Words of Redis and codes of the network within the text. */
const WORD = /\b(NOAUTH|NOPERM|WRONGPASS|E[A-Z]{4,}|ERR_[A-Z0-9_]+)\b/;

/**
 * Reads the error of a Sentinel, of which ioredis keeps the text alone: "failed to connect to sentinel
 * host:port because …", or "connected to sentinel host:port successfully, but got an invalid reply".
 */
export function readSentinelError(error: unknown): SentinelFault {
  const text = error instanceof Error ? error.message : '';
  const address = /sentinel (\S+:\d+)/.exec(text)?.[1] ?? '';
  const known = TEXTS.find(([pattern]) => pattern.test(text))?.[1];
  return { address, code: known ?? WORD.exec(text)?.[1] ?? 'ECONNRESET' };
}

/** What the code of a SentinelFault means to an operator. */
export function explainSentinelCode(code: string): string {
  return MEANINGS[code] ?? explainNetworkCode(code) ?? 'it is unreachable';
}
