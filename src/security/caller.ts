import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';

/** What a scoped token may be for. */
export const SCOPES = ['contacts', 'send', 'reports', 'manage'] as const;

export type Scope = (typeof SCOPES)[number];

/** Whose verified token a request carries. Nothing in it is secret. */
export interface Caller {
  /** The claim `sub`; null without one, and where it is no text. */
  readonly subject: string | null;
  /** The name of the key file that verified the token. */
  readonly keyId: string;
  /** SHA-256 of what the token's signature is of, base64url: the same for every spelling of the signature. */
  readonly tokenDigest: string;
  /** May do everything. The two sets below then say nothing. */
  readonly isSuperUser: boolean;
  /** The domains whose data a scoped token reaches, compared exactly as they are stored. */
  readonly domains: ReadonlySet<string>;
  readonly scopes: ReadonlySet<Scope>;
  /** When the token ends, by its claim `exp`; without the clock skew that is allowed after it. */
  readonly expiresAt: Date | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body is read; undefined on anonymous routes and for the service token of PushApi. */
    caller?: Caller | undefined;
    /** The domain that a scoped caller acts on; undefined for super users and on anonymous routes. */
    scopedDomain?: string | undefined;
  }
}

/** Reads the claims of a token that was verified by `keyId`; a claim of a wrong type counts as absent. */
export function toCaller(token: string, claims: JWTPayload, keyId: string): Caller {
  const subject: unknown = claims.sub;
  return {
    subject: typeof subject === 'string' ? subject : null,
    keyId,
    tokenDigest: createHash('sha256').update(signedText(token)).digest('base64url'),
    isSuperUser: isTrue(claims.isSU),
    domains: new Set(readDomains(claims.domains)),
    scopes: new Set(readScopes(claims.scope)),
    expiresAt: readInstant(claims.exp),
  };
}

/** Header and payload (RFC 7515, section 5.1). */
function signedText(token: string): string {
  return token.slice(0, token.lastIndexOf('.'));
}

/** Whether a claim is true: .NET writes booleans as `true`, or as a string in any case. */
function isTrue(claim: unknown): boolean {
  return claim === true || (typeof claim === 'string' && claim.toLowerCase() === 'true');
}

/** Seconds since 1970 (RFC 7519, section 2, NumericDate); null for one that no date can have. */
function readInstant(seconds: number | undefined): Date | null {
  const instant = new Date((seconds ?? Number.NaN) * 1_000);
  return Number.isNaN(instant.getTime()) ? null : instant;
}

function readDomains(claim: unknown): readonly string[] {
  const isList = Array.isArray(claim) && claim.every((name) => typeof name === 'string');
  return isList ? claim : [];
}

/** Words separated by spaces (RFC 8693, section 4.2). Unknown ones are those of other services. */
function readScopes(claim: unknown): readonly Scope[] {
  if (typeof claim !== 'string') return [];
  const words = new Set(claim.split(' '));
  return SCOPES.filter((scope) => words.has(scope));
}
