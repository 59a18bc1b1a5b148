import { useCallback, useEffect, useState } from 'preact/hooks';
import { ApiClient } from '../api/client.js';
import { type Problem, toProblem } from '../api/problem.js';
import { forgetEntries } from './entry-memory.js';
import { clearTab, forgetToken, keepToken, type Session, takeToken } from './session.js';

/** Whether somebody is signed in, and what *Sign in* shows otherwise. */
export interface SignIn {
  readonly session: Session | undefined;
  readonly isChecking: boolean;
  readonly problem: Problem | undefined;
  readonly hasEnded: boolean;
  readonly signIn: (token: string) => void;
}

type State = Omit<SignIn, 'signIn'>;

type SetState = (next: State | ((state: State) => State)) => void;

const SIGNED_OUT: State = { session: undefined, isChecking: false, problem: undefined, hasEnded: false };

/** Signs in with the token of the tab or of the address, and with the one that is given later. */
export function useSignIn(): SignIn {
  const [state, setState] = useState<State>(() => ({ ...SIGNED_OUT, isChecking: hasToken() }));
  const start = useCallback((token: string, isNew: boolean) => {
    setState({ ...SIGNED_OUT, isChecking: true });
    void check(token, isNew, setState).then(setState);
  }, []);
  const signIn = useCallback(
    (token: string) => {
      start(token, true);
    },
    [start],
  );
  useEffect(() => {
    const follow = (): void => {
      // The demo's address may be opened in a tab with the console, which does not load it again.
      if (new URLSearchParams(location.hash.slice(1)).has('token')) signIn(takeToken());
    };
    const token = takeToken();
    if (token !== '') start(token, false);
    addEventListener('hashchange', follow);
    return () => {
      removeEventListener('hashchange', follow);
    };
  }, [start, signIn]);
  return { ...state, signIn };
}

function hasToken(): boolean {
  return takeToken() !== '';
}

/** Asks the API what the token may do. Resolves with the session, or with why there is none. */
async function check(token: string, isNew: boolean, setState: SetState): Promise<State> {
  const api = new ApiClient(token, () => {
    forgetToken(token);
    // A response to an earlier session ends no later one.
    setState((state) => (state.session?.api === api ? { ...SIGNED_OUT, hasEnded: true } : state));
  });
  const signOut = (): void => {
    clearTab();
    forgetEntries();
    // The next one to sign in does not begin where this one was.
    history.replaceState(null, '', location.pathname);
    setState(SIGNED_OUT);
  };
  try {
    const answer = await api.get('/token', {});
    keepToken(token);
    forgetEntries();
    return { ...SIGNED_OUT, session: { api, token: answer, isNew, signOut } };
  } catch (error) {
    return { ...SIGNED_OUT, problem: toProblem(error) };
  }
}
