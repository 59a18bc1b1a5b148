import { Injectable } from '@nestjs/common';
import { AppError, invalidProperty } from '../core/errors/errors.js';
import { PushServices } from '../push-services/push-services.js';
import { completeSubscription } from './complete-subscription.js';
import type { NewSubscriptionRequest } from './push-contacts.dto.js';
import { PushContactsRepository } from './push-contacts.repository.js';
import type { StoredSubscription } from './push-contacts.schema.js';
import { authMismatch, SubscriptionProof } from './subscription-proof.js';

/** The page and its worker may give a contact its new subscription at the same moment. */
const ATTEMPTS = 3;

/** Replaces subscriptions of contacts, since browsers change theirs. */
@Injectable()
export class SubscriptionsService {
  constructor(
    private readonly contacts: PushContactsRepository,
    private readonly pushServices: PushServices,
    private readonly proof: SubscriptionProof,
  ) {}

  /**
   * Replaces the subscription of an active contact. Throws `resource_not_found` when the token has no active
   * contact, `validation_failed` for a subscription that is incomplete or not usable, and, where the setting
   * asks for it, `subscription_auth_mismatch` when the stored subscription's `auth` is neither
   * `previousAuth` nor that of the new subscription, which is the same one then.
   */
  async replace(deviceToken: string, request: NewSubscriptionRequest): Promise<void> {
    const complete = completeSubscription(request);
    if (complete === null) throw invalidProperty('endPoint', 'must be an absolute URL');
    const subscription = this.pushServices.toUsable(complete);
    if (this.proof.isNeeded) {
      await this.replaceKnown(deviceToken, subscription, [request.previousAuth, subscription.auth]);
      return;
    }
    if ((await this.contacts.updateActive(deviceToken, { subscription })) === undefined) throw notFound();
  }

  /** The write repeats what was compared, so that it replaces no other subscription than that. */
  private async replaceKnown(
    deviceToken: string,
    subscription: StoredSubscription,
    given: readonly (string | null | undefined)[],
  ): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const storedAuth = await this.contacts.findAuth({ deviceToken, isActive: true });
      if (storedAuth === undefined) throw notFound();
      this.proof.assertKnown(storedAuth, given);
      const before = await this.contacts.updateActive(deviceToken, { subscription }, undefined, storedAuth);
      if (before !== undefined) return;
    }
    throw authMismatch();
  }
}

function notFound(): AppError {
  return new AppError('resource_not_found', 'There is no active contact of this token.');
}
