import { errors, importJWK, jwtVerify } from 'jose';
import { isP256Point } from '../../core/crypto/p256.js';
import { ANY_KEY, hashKey } from './endpoint-tokens.js';

/** What is wrong with a sender's Authorization header (RFC 8292). */
export type SenderFault =
  | 'no-authorization'
  | 'bad-authorization'
  | 'bad-key'
  | 'bad-signature'
  | 'bad-audience'
  | 'expired'
  | 'too-long-lived'
  | 'bad-subject';

export interface VapidSender {
  readonly keyHash: string;
}

interface Verified {
  readonly result: VapidSender | SenderFault;
  /** In seconds since 1970; a token is verified again afterwards. */
  readonly expires: number;
}

/**
 * Number of headers whose result is remembered, and of keys. Some senders reuse a token for thousands of
 * messages, others sign one for each with the same key.
 */
const MAX_REMEMBERED = 10_000;

/** How long a refusal is remembered: a token of the future becomes valid. */
const REFUSED_SECONDS = 10;

/** RFC 8292, section 2: `exp` must not be more than 24 hours ahead. */
const MAX_LIFETIME_SECONDS = 86_400;

/** Verifies who sends, once for each Authorization header and origin. */
export class VapidSenders {
  private readonly verified = new Map<string, Verified>();
  private readonly keys = new Map<string, ReturnType<typeof importJWK>>();

  /** `origin` is the one that was sent to, which the token's audience must name. */
  async verify(authorization: string | undefined, origin: string): Promise<VapidSender | SenderFault> {
    if (authorization === undefined) return 'no-authorization';
    const key = `${origin} ${authorization}`;
    const known = this.verified.get(key);
    if (known !== undefined && nowSeconds() < known.expires) return known.result;
    if (this.verified.size >= MAX_REMEMBERED) this.verified.clear();
    const result = await this.verifyHeader(authorization, origin);
    this.verified.set(key, result);
    return result.result;
  }

  private async verifyHeader(authorization: string, origin: string): Promise<Verified> {
    const refuse = (result: SenderFault): Verified => ({ result, expires: nowSeconds() + REFUSED_SECONDS });
    const parameters = parseParameters(authorization);
    if (parameters === undefined) return refuse('bad-authorization');
    const key = this.importKey(parameters.k);
    if (key === undefined) return refuse('bad-key');
    try {
      const options = { algorithms: ['ES256'], audience: origin, requiredClaims: ['exp', 'sub'] };
      const { payload } = await jwtVerify(parameters.t, await key, options);
      const expires = payload.exp ?? 0;
      if (expires > nowSeconds() + MAX_LIFETIME_SECONDS) return refuse('too-long-lived');
      // RFC 8292, section 2.1: a mailto: or an https: URI.
      if (!/^(mailto:[^\s<>]+@[^\s<>]+|https:\/\/\S+)$/i.test(payload.sub ?? '')) return refuse('bad-subject');
      return { result: { keyHash: hashKey(parameters.k) }, expires };
    } catch (error) {
      return refuse(toFault(error));
    }
  }

  /** Returns undefined for what is no uncompressed point on P-256 in base64url. */
  private importKey(publicKey: string): ReturnType<typeof importJWK> | undefined {
    const known = this.keys.get(publicKey);
    if (known !== undefined) return known;
    const point = Buffer.from(publicKey, 'base64url');
    if (!/^[\w-]+={0,2}$/.test(publicKey) || !isP256Point(point)) return undefined;
    if (this.keys.size >= MAX_REMEMBERED) this.keys.clear();
    const key = importJWK(toJwk(point), 'ES256');
    this.keys.set(publicKey, key);
    return key;
  }
}

/** Whether the sender may send to an endpoint that was subscribed for the key of `keyHash`. */
export function maySend(sender: VapidSender, keyHash: string): boolean {
  return keyHash === ANY_KEY || keyHash === sender.keyHash;
}

/** Parses the parameters `t` and `k` of the scheme `vapid`, in any order (RFC 8292, section 3). */
function parseParameters(authorization: string): { readonly t: string; readonly k: string } | undefined {
  const [, list] = /^vapid +(.+)$/i.exec(authorization) ?? [];
  const pairs = (list ?? '').split(',').map((pair) => /^\s*([tk])\s*=\s*"?([^"\s]+)"?\s*$/.exec(pair));
  const valueOf = (name: string): string | undefined => pairs.find((pair) => pair?.[1] === name)?.[2];
  const [t, k] = [valueOf('t'), valueOf('k')];
  return t === undefined || k === undefined ? undefined : { t, k };
}

function toJwk(point: Buffer): { kty: string; crv: string; x: string; y: string } {
  const [x, y] = [point.subarray(1, 33), point.subarray(33)];
  return { kty: 'EC', crv: 'P-256', x: x.toString('base64url'), y: y.toString('base64url') };
}

function toFault(error: unknown): SenderFault {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (!(error instanceof errors.JWTClaimValidationFailed)) return 'bad-signature';
  if (error.claim === 'aud') return 'bad-audience';
  return error.claim === 'sub' ? 'bad-subject' : 'expired';
}

function nowSeconds(): number {
  return Date.now() / 1_000;
}
