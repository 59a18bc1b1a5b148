import type { ContactResponse } from './push-contacts.dto.js';
import type { Contact } from './push-contacts.repository.js';

/** Converts contacts, one at a time, into the shape that the API returns. */
export async function* toContactResponses(contacts: AsyncIterable<Contact>): AsyncGenerator<ContactResponse> {
  for await (const { domain, deviceToken, email, visitorGuid, subscription } of contacts) {
    yield {
      domain,
      deviceToken,
      email,
      visitorGuid,
      subscription: subscription && {
        endPoint: subscription.endpoint,
        keys: { p256DH: subscription.p256dh, auth: subscription.auth },
      },
    };
  }
}
