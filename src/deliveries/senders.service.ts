import { Injectable } from '@nestjs/common';
import type { Message } from '../messages/messages.repository.js';
import { PushApiClient } from '../push-api-client/push-api.client.js';
import type { SendResult } from '../push-api-client/send-result.js';
import type { Contact } from '../push-contacts/push-contacts.repository.js';

/** Sends a message to contacts, each by the way it can be reached. */
@Injectable()
export class SendersService {
  constructor(private readonly pushApi: PushApiClient) {}

  /** One result per contact, by contact id. */
  async send(message: Message, contacts: readonly Contact[]): Promise<Map<string, SendResult>> {
    const tokens = contacts.filter(({ subscription }) => subscription === null).map(({ deviceToken }) => deviceToken);
    const byToken = await this.pushApi.sendToDeviceTokens(tokens, message);
    return new Map(
      contacts.map((contact) => [contact.id, byToken.get(contact.deviceToken) ?? SUBSCRIPTIONS_NOT_SENT_YET]),
    );
  }
}

/** Web Push is not part of the product yet; such a contact is counted and nothing is sent to it. */
const SUBSCRIPTIONS_NOT_SENT_YET: SendResult = {
  kind: 'refused',
  message: 'Sending to Web Push subscriptions is not supported yet',
};
