import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type JWTPayload, jwtVerify } from 'jose';
import { AppError } from '../core/errors/errors.js';
import { type Caller, toCaller } from './caller.js';
import { PublicKeyFolder } from './public-key-folder.js';

const CLOCK_SKEW_SECONDS = 300;

/** Checks bearer tokens. */
@Injectable()
export class TokensService {
  constructor(private readonly publicKeys: PublicKeyFolder) {}

  /**
   * Resolves with the caller when the header `authorization` has an RS256 JWT that a configured key verifies
   * and that is not expired (5 minutes of clock skew). Throws `unauthenticated` without one.
   */
  async verify(authorization: string | undefined): Promise<Caller> {
    const token = bearerToken(authorization);
    for (const { file, key } of this.publicKeys.current) {
      const claims = await verifyWith(key, token);
      if (claims !== undefined) return toCaller(token, claims, file);
    }
    throw new AppError('unauthenticated', 'The token is not valid or has expired.');
  }
}

function bearerToken(authorization: string | undefined): string {
  const token = /^Bearer +([^ ]+) *$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw new AppError('unauthenticated', 'Send a token in the header Authorization: Bearer ….');
  return token;
}

async function verifyWith(key: KeyObject, token: string): Promise<JWTPayload | undefined> {
  try {
    const options = { algorithms: ['RS256'], clockTolerance: CLOCK_SKEW_SECONDS, requiredClaims: ['exp'] };
    return (await jwtVerify(token, key, options)).payload;
  } catch {
    return undefined;
  }
}
