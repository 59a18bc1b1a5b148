import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { readEntry, recall, remember } from '../shell/entry-memory.js';
import { type Problem, toProblem } from './problem.js';

/** A page of a list, as the API returns it. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Goes on after this page; null or absent at the end. */
  readonly nextCursor?: string | null;
}

/** A list that is loaded page by page. */
export interface PagedList<T> {
  readonly items: readonly T[];
  readonly isComplete: boolean;
  readonly isLoading: boolean;
  readonly problem: Problem | undefined;
  /** Loads the next page, unless one is being loaded or there is none. */
  readonly more: () => void;
  /** Tries again after a problem; otherwise loads the list anew. */
  readonly reload: () => void;
}

type AskForPage<T> = (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>;

interface Known<T> {
  readonly items: readonly T[];
  /** Null at the end, undefined before the first page. */
  readonly cursor: string | null | undefined;
  readonly isLoading: boolean;
  readonly problem?: Problem | undefined;
}

const NOTHING: Known<never> = { items: [], cursor: undefined, isLoading: true };

/**
 * Loads the first page when the component appears and whenever `inputs` change: numbers and texts that `ask`
 * uses. Who goes back in the history finds the pages that were loaded.
 */
export function usePagedList<T>(ask: AskForPage<T>, inputs: readonly unknown[]): PagedList<T> {
  const key = JSON.stringify(inputs);
  const entry = useMemo(readEntry, [key]);
  const [known, setKnown] = useState<Known<T>>(NOTHING);
  const aborter = useRef(new AbortController());
  const latestAsk = useRef(ask);
  latestAsk.current = ask;
  const load = useCallback(
    (after: Known<T>) => {
      aborter.current.abort();
      const { signal } = (aborter.current = new AbortController());
      setKnown({ ...after, isLoading: true, problem: undefined });
      void loadPage(latestAsk.current, after, signal).then((loaded) => {
        if (signal.aborted) return;
        setKnown(loaded);
        if (loaded.problem === undefined) remember(entry, key, loaded);
      });
    },
    [entry, key],
  );
  useEffect(() => {
    const former = recall(entry, key) as Known<T> | undefined;
    if (former === undefined) load(NOTHING);
    else setKnown(former);
    return () => {
      aborter.current.abort();
    };
  }, [key, load]);
  return toList(known, load);
}

function toList<T>(known: Known<T>, load: (after: Known<T>) => void): PagedList<T> {
  const { items, cursor, isLoading, problem } = known;
  const isComplete = cursor === null;
  return {
    items,
    isComplete,
    isLoading,
    problem,
    more: () => {
      if (!isLoading && !isComplete && problem === undefined) load(known);
    },
    reload: () => {
      load(problem === undefined ? NOTHING : known);
    },
  };
}

async function loadPage<T>(ask: AskForPage<T>, after: Known<T>, signal: AbortSignal): Promise<Known<T>> {
  try {
    const { items, nextCursor = null } = await ask(after.cursor ?? undefined, signal);
    return { items: [...after.items, ...items], cursor: nextCursor, isLoading: false };
  } catch (error) {
    return { ...after, isLoading: false, problem: toProblem(error) };
  }
}
