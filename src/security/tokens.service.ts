import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type JWTPayload, jwtVerify } from 'jose';
import { AppError } from '../core/errors/errors.js';
import { type Caller, toCaller } from './caller.js';
import { PublicKeyFolder } from './public-key-folder.js';

const CLOCK_SKEW_SECONDS = 300;
const JWT_PARTS = 3;

/** Checks bearer tokens. */
@Injectable()
export class TokensService {
  constructor(private readonly publicKeys: PublicKeyFolder) {}

  /**
   * Resolves with the caller when the header `authorization` has an RS256 JWT that a configured key verifies
   * and that is not expired (5 minutes of clock skew). Throws `unauthenticated` without one, and for any but
   * its one spelling: each would have a count of its own.
   */
  async verify(authorization: string | undefined): Promise<Caller> {
    const token = bearerToken(authorization);
    if (!isCanonical(token)) throw invalidToken();
    for (const { file, key } of this.publicKeys.current) {
      const claims = await verifyWith(key, token);
      if (claims !== undefined) return toCaller(token, claims, file);
    }
    throw invalidToken();
  }
}

function invalidToken(): AppError {
  return new AppError('unauthenticated', 'The token is not valid or has expired.');
}

function bearerToken(authorization: string | undefined): string {
  const token = /^Bearer +([^ ]+) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw new AppError('unauthenticated', 'Send a token in the header Authorization: Bearer ….');
  return token;
}

/**
 * Whether a JWT is three parts of base64url as RFC 7515, section 2, writes it: without padding, other
 * characters, or unused bits. The library decodes others as well.
 */
function isCanonical(token: string): boolean {
  const parts = token.split('.', JWT_PARTS + 1);
  return (
    parts.length === JWT_PARTS &&
    parts.every((part) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part)
  );
}

async function verifyWith(key: KeyObject, token: string): Promise<JWTPayload | undefined> {
  try {
    const options = { algorithms: ['RS256'], clockTolerance: CLOCK_SKEW_SECONDS, requiredClaims: ['exp'] };
    return (await jwtVerify(token, key, options)).payload;
  } catch {
    return undefined;
  }
}
