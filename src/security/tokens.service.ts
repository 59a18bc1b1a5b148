import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type JWTPayload, jwtVerify } from 'jose';
import { Config } from '../core/config/config.js';
import { AppError } from '../core/errors/errors.js';
import { type Caller, toCaller } from './caller.js';
import { type PublicKey, readPublicKeys } from './public-keys.js';

const CLOCK_SKEW_SECONDS = 300;

/** Checks bearer tokens. */
@Injectable()
export class TokensService {
  private readonly publicKeys: readonly PublicKey[];

  constructor(config: Config) {
    this.publicKeys = readPublicKeys(config.jwtPublicKeysDir);
  }

  /**
   * Resolves with the caller when the header `authorization` has an RS256 JWT that a configured key verifies,
   * that is not expired (5 minutes of clock skew), and whose claim `isSU` is true. Throws `unauthenticated`
   * without a valid token, and `not_super_user` without the claim.
   */
  async assertSuperUser(authorization: string | undefined): Promise<Caller> {
    const caller = await this.verify(bearerToken(authorization));
    if (!caller.isSuperUser) throw new AppError('not_super_user', 'The token is valid, but not of a super user.');
    return caller;
  }

  private async verify(token: string): Promise<Caller> {
    for (const { file, key } of this.publicKeys) {
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
