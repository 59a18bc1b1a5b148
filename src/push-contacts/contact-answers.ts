import type { ContactAnswer } from './push-contacts.dto.js';
import type { Contact } from './push-contacts.repository.js';

/** The contacts in the form in which the API shows them. */
export async function* toContactAnswers(contacts: AsyncIterable<Contact>): AsyncGenerator<ContactAnswer> {
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
