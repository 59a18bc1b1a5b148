import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { AppError } from '../core/errors/errors.js';

/** Who may replace a stored subscription, by the setting SUBSCRIPTION_CHANGE_NEEDS_AUTH. */
@Injectable()
export class SubscriptionProof {
  /** Whether a stored subscription is replaced only for who knows its `auth`. */
  readonly isNeeded: boolean;

  constructor({ registration }: Config) {
    this.isNeeded = registration.changeNeedsAuth;
  }

  /**
   * Throws `subscription_auth_mismatch` when a subscription is stored and none of `given` is its `auth`.
   *
   * @param storedAuth null where no subscription is stored.
   */
  assertKnown(storedAuth: string | null, given: readonly (string | null | undefined)[]): void {
    if (storedAuth === null || given.some((auth) => isSame(auth ?? '', storedAuth))) return;
    throw authMismatch();
  }
}

export function authMismatch(): AppError {
  return new AppError('subscription_auth_mismatch', 'previousAuth is not the auth of the stored subscription.');
}

/** Takes as long for texts that differ early as for those that differ late; base64 equals base64url. */
function isSame(given: string, stored: string): boolean {
  return timingSafeEqual(digest(given), digest(stored));
}

function digest(auth: string): Buffer {
  const plain = auth.trim().replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  return createHash('sha256').update(plain).digest();
}
