import { doWithoutStorage } from '../contact-store.js';
import { firebaseConnection } from './firebase-connection.js';
import type { ScriptTag } from './script-tag.js';
import type { Connection } from './subscription-channel.js';
import { type WebPushSite, webPushConnection } from './web-push-connection.js';

/** The page's site, and its functions for Firebase, if it uses that itself. */
export interface ConnectedSite extends WebPushSite, Pick<ScriptTag, 'getFirebaseToken' | 'deleteFirebaseToken'> {
  readonly hasStorage: () => boolean;
}

/**
 * The file `/push-script/connection.js`: what only those visitors need who are contacts, become one, or
 * subscribe on an external push domain.
 */
export { fetchIsActive } from '../contact-api.js';
export { popupChannel } from './popup-channel.js';
export { sendEmail } from './send-email.js';

/** Creates the connection on the page's origin: Firebase where the page gives a token, else Web Push. */
export function createConnection(site: ConnectedSite): Connection {
  const { getFirebaseToken, deleteFirebaseToken } = site;
  if (!site.hasStorage()) doWithoutStorage();
  if (!getFirebaseToken) return webPushConnection(site);
  return firebaseConnection({ ...site, getToken: getFirebaseToken, deleteToken: deleteFirebaseToken });
}
