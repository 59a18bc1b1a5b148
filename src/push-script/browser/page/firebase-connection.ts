import { trace } from '../console.js';
import { postContact } from '../contact-api.js';
import { loadContact, saveContact, type StoredContact } from '../contact-store.js';
import { describe, Failure, isFailure, within } from '../failure.js';
import { leaveBy } from '../leaving.js';
import { isPruned } from '../pruned-contact.js';
import type { FirebaseFunctions } from './firebase-functions.js';
import type { Connection } from './subscription-channel.js';
import { withdrawContact } from './withdraw-contact.js';

/** The site of the contact, and the page's functions for its Firebase token or installation id. */
export interface FirebaseSite extends Pick<StoredContact, 'apiUrl' | 'domain' | 'siteUrl'>, FirebaseFunctions {
  readonly scope: string;
  readonly visitorGuid: () => string;
}

/** Creates the connection for pages that use Firebase themselves: its device token is registered. */
export function firebaseConnection(site: FirebaseSite): Connection {
  const { apiUrl, domain, siteUrl, scope } = site;
  return {
    async connect(mustAsk) {
      const stored = await loadContact(scope);
      const known = stored?.domain === domain ? stored : undefined;
      const token = await getToken(site, known?.deviceToken);
      const isKnown = known?.deviceToken === token && known.isWithdrawn !== true;
      if (isKnown && !(await isPruned(scope, apiUrl, known, mustAsk))) return token;
      const deviceToken = isKnown ? await renewToken(site) : token;
      const visitorGuid = known?.visitorGuid ?? site.visitorGuid();
      const contact = { apiUrl, domain, deviceToken, visitorGuid };
      // The page has moved from a token to the installation id that it begins with.
      const hasMoved = known?.deviceToken.startsWith(`${deviceToken}:`) === true;
      await register({ ...contact, ...(hasMoved && { previousDeviceToken: known.deviceToken }) });
      await saveContact(scope, { ...contact, siteUrl, vapidPublicKey: null, endpoint: null, checkedAt: Date.now() });
      return deviceToken;
    },
    async leave() {
      await leaveBy(
        site,
        () => findToken(site),
        () => callPage(site.deleteToken),
      );
    },
    withdraw: () => withdrawContact(scope),
  };
}

/** Ends a token whose contact was pruned, so that Firebase makes another one. */
async function renewToken(site: FirebaseSite): Promise<string> {
  trace("Firebase's token is ended");
  await callPage(site.deleteToken);
  return getToken(site);
}

/** Firebase's token, for which it would ask the visitor without the permission. */
async function findToken(site: FirebaseSite): Promise<string | undefined> {
  return Notification.permission === 'granted' ? getToken(site).catch(() => undefined) : undefined;
}

async function getToken(site: FirebaseSite, known?: string): Promise<string> {
  const token = await callPage(() => site.getToken(known));
  if (typeof token !== 'string' || token === '') throw new Failure('token-unavailable', 'it is empty');
  return token;
}

/** Calls a function of the page, which may throw, reject or never answer. */
async function callPage<T>(call: () => Promise<T>): Promise<T> {
  const calling = Promise.resolve()
    .then(call)
    .catch((error: unknown) => {
      throw new Failure('token-unavailable', describe(error));
    });
  return within(calling, 'token-unavailable');
}

async function register(contact: Parameters<typeof postContact>[1] & { apiUrl: string }): Promise<void> {
  const { apiUrl, ...body } = contact;
  try {
    await postContact(apiUrl, body);
  } catch (error) {
    // Another property may be refused as well: a visitor guid that is too long, for example.
    const isInvalid = isFailure(error) && error.httpStatus === 400 && error.message.includes('deviceToken');
    throw isInvalid ? new Failure('token-invalid', error.message) : error;
  }
  trace('the contact is registered');
}
