import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ApiClient } from '../api/client.js';
import type { Schema } from '../api/api-types.js';

type Scope = Schema<'TokenAnswer'>['scopes'][number];

const KEY = 'pushContactConsoleToken';

/** Who is signed in, and the API with the token. */
export interface Session {
  readonly api: ApiClient;
  readonly token: Schema<'TokenAnswer'>;
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
  return token.scopes.includes(scope) && (token.domains ?? []).includes(domain);
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

export function forgetToken(): void {
  sessionStorage.removeItem(KEY);
}
