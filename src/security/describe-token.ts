import { AppError } from '../core/errors/errors.js';
import { type Caller, SCOPES } from './caller.js';
import type { TokenResponse } from './token.dto.js';

/**
 * Says what the token of a caller may do. A token that is valid, but of no domain and no scope, may do
 * nothing else than ask this. Throws `unauthenticated` without a caller.
 */
export function describeToken(caller: Caller | undefined): TokenResponse {
  if (caller === undefined)
    throw new AppError('unauthenticated', 'Send a token in the header Authorization: Bearer ….');
  const { isSuperUser, subject, domains, scopes, expiresAt } = caller;
  return {
    isSuperUser,
    subject,
    domains: isSuperUser ? null : [...domains],
    scopes: isSuperUser ? [...SCOPES] : [...scopes],
    expiresAt,
  };
}
