import { PREFIX, useSession } from './session.js';

/** One text in the tab's session storage, of one person and domain. */
export interface TabStorage {
  /** Undefined where nothing is kept, or storage is blocked. */
  readonly read: () => string | undefined;
  /** Keeps the text for as long as the tab is open; without storage it does nothing. */
  readonly keep: (text: string) => void;
  readonly forget: () => void;
}

/**
 * Returns what keeps a text of this kind for who is signed in: nobody else who signs in to the tab later
 * reads it. A token without a subject names nobody, so what it has kept is read again by that token alone.
 *
 * @param kind in PascalCase.
 * @example
 * const storage = useTabStorage('Draft', domain);
 */
export function useTabStorage(kind: string, domain: string): TabStorage {
  const { subject, expiresAt } = useSession().token;
  const key = `${PREFIX}${kind}:${[subject ?? '', subject === null ? (expiresAt ?? '') : '', domain]
    .map(encodeURIComponent)
    .join(':')}`;
  return {
    read: () => attempt(() => sessionStorage.getItem(key)) ?? undefined,
    keep: (text) => {
      attempt(() => {
        sessionStorage.setItem(key, text);
      });
    },
    forget: () => {
      attempt(() => {
        sessionStorage.removeItem(key);
      });
    },
  };
}

/** Storage throws where it is full or blocked. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
