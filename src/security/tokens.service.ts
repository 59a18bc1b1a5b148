import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type JWTPayload, jwtVerify } from 'jose';
import { Config } from '../core/config.js';
import { AppError } from '../core/errors.js';
import { readPublicKeys } from './public-keys.js';

const CLOCK_SKEW_SECONDS = 300;

/** Decides whether a bearer token is a super user's. */
@Injectable()
export class TokensService {
  private readonly publicKeys: readonly KeyObject[];

  constructor(config: Config) {
    this.publicKeys = readPublicKeys(config.jwtPublicKeysDir);
  }

  /**
   * Returns when `authorization` holds an RS256 JWT of a known key, not expired (5 minutes of clock skew), with the claim
   * `isSU`. Throws `unauthenticated` without a valid token and `not_super_user` without the claim.
   */
  async demandSuperUser(authorization: string | undefined): Promise<void> {
    const payload = await this.verify(bearerToken(authorization));
    const isSuperUser = String(payload.isSU).toLowerCase() === 'true';
    if (!isSuperUser) throw new AppError('not_super_user', 'The token is valid, but not of a super user.');
  }

  private async verify(token: string): Promise<JWTPayload> {
    for (const key of this.publicKeys) {
      const payload = await verifyWith(key, token);
      if (payload !== undefined) return payload;
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
