import { Injectable } from '@nestjs/common';
import { readCursor, toCursor } from '../core/validation/request-cursor.js';
import { FIREBASE } from '../push-api-client/failure-reason.js';
import { type StoredContact, StoredContactsReader } from '../push-contacts/stored-contacts.reader.js';
import { PushServiceNames } from '../push-services/push-service-names.js';
import { readContactKey } from './contact-key.js';
import type { ContactsQuery, StoredContactResponse, StoredContactsResponse } from './diagnosis.dto.js';

const ANY_ID = /^[\s\S]+$/;

/** Finds contacts for who looks at them. */
@Injectable()
export class ContactSearchService {
  constructor(
    private readonly contacts: StoredContactsReader,
    private readonly names: PushServiceNames,
  ) {}

  /**
   * Lists the domain's contacts with a device token, visitor guid or e-mail, page after page by cursor.
   * Throws `validation_failed` unless exactly one of them is given.
   */
  async list(domain: string, query: ContactsQuery): Promise<StoredContactsResponse> {
    const key = readContactKey(query);
    const [before] = readCursor(query.cursor, ANY_ID) ?? [];
    const { per_page: perPage } = query;
    const found = await this.contacts.find(domain, key, { before, limit: perPage + 1 });
    const page = found.slice(0, perPage);
    return {
      items: page.map((contact) => this.toResponse(contact)),
      nextCursor: toCursor(found.length > perPage ? page.at(-1)?.id : null),
      perPage,
    };
  }

  /** The name of the push service of a contact. */
  namePushService({ subscription }: StoredContact): string {
    return subscription === null ? FIREBASE : this.names.name(subscription.endpoint);
  }

  private toResponse(contact: StoredContact): StoredContactResponse {
    const { id: contactId, deviceToken, visitorGuid, email, isActive, registeredAt, modified, subscription } = contact;
    return {
      contactId,
      deviceToken,
      visitorGuid,
      email,
      isActive,
      endedBecause: toEnd(contact),
      registeredAt,
      modified,
      pushService: this.namePushService(contact),
      hasSubscription: subscription !== null,
      vapidPublicKey: subscription?.vapid_public_key ?? null,
    };
  }
}

function toEnd({ isActive, unsubscribedAt }: StoredContact): StoredContactResponse['endedBecause'] {
  if (isActive) return null;
  return unsubscribedAt === null ? 'pruned' : 'unsubscribed';
}
