import { postContact } from '../contact-api.js';
import { forgetContact, loadContact, saveContact, type StoredContact } from '../contact-store.js';
import { askAndConnect, connectIfGranted, type Way } from './way.js';

/** Where the contact belongs, and how the page gets its token. */
export interface FirebaseSite extends Pick<StoredContact, 'apiUrl' | 'domain' | 'siteUrl'> {
  readonly scope: string;
  readonly visitorGuid: () => string;
  readonly getToken: () => Promise<string>;
  readonly deleteToken: (() => Promise<unknown>) | undefined;
}

/** A device token of Firebase, which the page itself has set up. */
export function firebaseWay(site: FirebaseSite): Way {
  const { apiUrl, domain, siteUrl, scope } = site;
  const connect = async (): Promise<string> => {
    const deviceToken = await site.getToken();
    const known = await loadContact(scope);
    if (known?.deviceToken === deviceToken && known.domain === domain) return deviceToken;
    const contact = { apiUrl, domain, deviceToken, visitorGuid: site.visitorGuid() };
    const result = await postContact(apiUrl, contact);
    if (result !== 'accepted') throw new Error(`The registration: ${result}`);
    await saveContact(scope, { ...contact, siteUrl, vapidPublicKey: null, endpoint: null });
    return deviceToken;
  };
  return {
    isSupported: isSecureContext && 'Notification' in window && 'serviceWorker' in navigator && 'indexedDB' in window,
    resume: () => connectIfGranted(Notification.permission, connect),
    subscribe: () => askAndConnect(connect),
    async leave() {
      await site.deleteToken?.();
      await forgetContact(scope);
    },
  };
}
