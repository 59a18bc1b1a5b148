import { Injectable } from '@nestjs/common';
import { AppError } from '../core/errors/errors.js';
import { PushApiClient } from '../push-api-client/push-api.client.js';
import { PushServices } from '../push-services/push-services.js';
import type { NewContact } from './push-contacts.repository.js';

/** Says whether notifications can reach a contact that is to be registered. */
@Injectable()
export class Deliverability {
  constructor(
    private readonly pushApi: PushApiClient,
    private readonly pushServices: PushServices,
  ) {}

  /**
   * Resolves with the contact; without its subscription where that cannot be used but the device token is
   * valid. Throws `contact_not_deliverable`, `validation_failed` and `push_api_unavailable` as
   * `PushContactsService.register` says.
   */
  async toDeliverable(contact: NewContact): Promise<NewContact> {
    const { subscription } = contact;
    if (subscription === null) {
      await this.assertValidToken(contact);
      return contact;
    }
    try {
      return { ...contact, subscription: this.pushServices.toUsable(subscription, 'subscription.') };
    } catch (error) {
      if (await this.pushApi.isValidDeviceToken(contact.deviceToken)) return { ...contact, subscription: null };
      throw error;
    }
  }

  private async assertValidToken({ deviceToken }: NewContact): Promise<void> {
    if (await this.pushApi.isValidDeviceToken(deviceToken)) return;
    const message = 'is not valid, and there is no complete subscription';
    throw new AppError('contact_not_deliverable', `deviceToken ${message}.`, { errors: { deviceToken: [message] } });
  }
}
