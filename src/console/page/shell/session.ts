import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ApiClient } from '../api/client.js';
import type { Schema } from '../api/api-types.js';

export type Scope = Schema<'TokenAnswer'>['scopes'][number];

/** Of all that the console keeps in a tab; *Sign out* removes what begins with it. */
export const PREFIX = 'pushContactConsole';
const KEY = `${PREFIX}Token`;

/** Who is signed in, and the API with the token. */
export interface Session {
  readonly api: ApiClient;
  readonly token: Schema<'TokenAnswer'>;
  /** Whether the token was given just now, and not kept from before the page was loaded. */
  readonly isNew: boolean;
  readonly signOut: () => void;
}

export const SessionContext = createContext<Session | undefined>(undefined);

/** Returns the session. Every page has one: without it, the console shows *Sign in* instead. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('Nobody is signed in');
  return session;
}

/** Whether the token may do this in the domain; a super user's may do everything. */
export function mayDo({ token }: Session, scope: Scope, domain: string): boolean {
  if (token.isSuperUser) return true;
  return token.scopes.includes(scope) && reaches({ token }, domain);
}

/** Whether the token is one for the domain, whatever it may do there. */
export function reaches({ token }: Pick<Session, 'token'>, domain: string): boolean {
  return token.isSuperUser || (token.domains ?? []).includes(domain);
}

/**
 * Returns the token of the tab, or ''. One in the fragment (`#token=…`) is moved to the tab's storage first,
 * and so out of the address and the history.
 */
export function takeToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    keepToken(given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(KEY) ?? '';
}

/** Keeps the token for as long as the tab is open. */
export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token);
}

/** Removes all that the console keeps in the tab: token, drafts, messages whose send has failed. */
export function clearTab(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}

/** Removes this token; another one, with which somebody has signed in since, stays. */
export function forgetToken(token: string): void {
  if (sessionStorage.getItem(KEY) === token) sessionStorage.removeItem(KEY);
}
