import type { PageFirebase } from './script-tag.js';

/** How the device token of a page's Firebase is got and ended. */
export interface FirebaseFunctions {
  /** @param known the token of the contact, if there is one. */
  readonly getToken: (known: string | undefined) => Promise<string>;
  readonly deleteToken: () => Promise<unknown>;
}

/** Chooses the functions: those that the page wrote, or those of its SDK; undefined without Firebase. */
export function toFirebaseFunctions(page: PageFirebase): FirebaseFunctions | undefined {
  const { firebase, getFirebaseToken, deleteFirebaseToken } = page;
  if (getFirebaseToken) return { getToken: () => getFirebaseToken(), deleteToken: async () => deleteFirebaseToken?.() };
  return firebase && ofSdk(firebase);
}

/**
 * An SDK that has `register` registers the browser by its installation id and no longer by a token: not both
 * at the same time (firebase-js-sdk#9714; firebase.google.com, "Get started with FCM in Web apps").
 */
function ofSdk({ sdk, messaging, options }: PushScriptFirebase): FirebaseFunctions {
  const deleteToken = async (): Promise<unknown> =>
    sdk.unregister ? sdk.unregister(messaging) : sdk.deleteToken?.(messaging);
  if (!sdk.register) return { getToken: async () => sdk.getToken?.(messaging, options) ?? '', deleteToken };
  const register = async (): Promise<string | undefined> => {
    let id: string | undefined;
    sdk.onRegistered?.(messaging, (given) => {
      id = given;
    });
    await sdk.register?.(messaging, options);
    return id;
  };
  return {
    async getToken(known = ':') {
      // The SDK tells the id when it is new or its registration is refreshed, and not on each page.
      const id = (await register()) ?? (known.includes(':') ? undefined : known);
      if (id !== undefined) return id;
      await deleteToken();
      return (await register()) ?? '';
    },
    deleteToken,
  };
}
