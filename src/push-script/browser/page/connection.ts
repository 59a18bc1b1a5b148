import { doWithoutStorage } from '../contact-store.js';
import { firebaseConnection } from './firebase-connection.js';
import { toFirebaseFunctions } from './firebase-functions.js';
import type { ScriptTag } from './script-tag.js';
import type { Connection } from './subscription-channel.js';
import { type WebPushSite, webPushConnection } from './web-push-connection.js';

/** The page's site, and its functions for Firebase, if it uses that itself. */
export interface ConnectedSite extends WebPushSite, Pick<ScriptTag, 'pageFirebase'> {
  readonly hasStorage: () => boolean;
}

/**
 * The file `/push-script/connection.js`: what only those visitors need who are contacts, become one, or
 * subscribe on an external push domain.
 */
export { fetchIsActive } from '../contact-api.js';
export { popupChannel } from './popup-channel.js';
export { sendEmail } from './send-email.js';

/** Creates the connection on the page's origin: Firebase where the page uses it, else Web Push. */
export function createConnection(site: ConnectedSite): Connection {
  if (!site.hasStorage()) doWithoutStorage();
  const functions = toFirebaseFunctions(site.pageFirebase);
  return functions === undefined ? webPushConnection(site) : firebaseConnection({ ...site, ...functions });
}
