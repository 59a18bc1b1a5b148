import { fetchVapidPublicKey } from '../contact-api.js';
import type { StoredContact } from '../contact-store.js';
import { leaveBy } from '../leaving.js';
import { deriveDeviceToken, endPrunedSubscription, subscribe, unsubscribe } from '../subscribing.js';
import type { Connection } from './subscription-channel.js';
import { withdrawContact } from './withdraw-contact.js';
import { registerWorker } from './worker-registration.js';

/** The site that subscribes its visitors, and its service worker. */
export interface WebPushSite extends Pick<StoredContact, 'apiUrl' | 'domain' | 'siteUrl'> {
  readonly workerUrl: string;
  readonly scope: string;
  readonly visitorGuid: () => string;
}

/** Creates the connection by Web Push (W3C Push API) on the page's own origin. */
export function webPushConnection(site: WebPushSite): Connection {
  return {
    async connect(mustAsk) {
      const { apiUrl, domain, siteUrl } = site;
      const vapidPublicKey = await fetchVapidPublicKey(apiUrl, domain);
      const registration = await registerWorker(site);
      await endPrunedSubscription(registration, site, mustAsk);
      const subscriber = { apiUrl, domain, siteUrl, vapidPublicKey, visitorGuid: site.visitorGuid() };
      return (await subscribe(registration, subscriber)).deviceToken;
    },
    async leave() {
      const found = await navigator.serviceWorker.getRegistration(site.scope);
      const registration = found?.scope === site.scope ? found : undefined;
      await leaveBy(
        site,
        async () => registration && deriveDeviceToken(registration, site.domain),
        async () => registration && unsubscribe(registration),
      );
    },
    withdraw: () => withdrawContact(site.scope),
  };
}
