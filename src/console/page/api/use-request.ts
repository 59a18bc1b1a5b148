import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Problem, toProblem } from './problem.js';

/** What is known of a request. While it is repeated, the former data stays, so that nothing jumps. */
export interface RequestState<T> {
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface Known<T> {
  readonly key: string;
  readonly data?: T | undefined;
  readonly problem?: Problem | undefined;
}

/**
 * Asks the API when the component appears and whenever `inputs` change: numbers and texts that `ask` uses.
 *
 * @param everyMs asks again this long after each answer while the page is visible; later after a 429.
 * @example
 * const stats = useRequest((signal) => api.get('/domains/{name}/stats', { path: { name } }, signal), [name]);
 */
export function useRequest<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
  everyMs?: number,
): RequestState<T> {
  const key = JSON.stringify(inputs);
  const [known, setKnown] = useState<Known<T>>({ key });
  const [asked, setAsked] = useState(0);
  const [isLoading, setLoading] = useState(true);
  const latestAsk = useRef(ask);
  latestAsk.current = ask;
  const reload = useCallback(() => {
    setAsked((count) => count + 1);
  }, []);
  useEffect(() => {
    const aborter = new AbortController();
    setLoading(true);
    void settle(latestAsk.current, aborter.signal).then(({ data, problem }) => {
      if (aborter.signal.aborted) return;
      setLoading(false);
      setKnown((former) => ({ key, data: problem === undefined ? data : keepData(former, key), problem }));
      const waitMs = Math.max(everyMs ?? 0, (problem?.retryAfterSeconds ?? 0) * 1_000);
      if (everyMs !== undefined) callLater(reload, waitMs, aborter.signal);
    });
    return () => {
      aborter.abort();
    };
  }, [key, asked, everyMs, reload]);
  const { data, problem } = known.key === key ? known : { data: undefined, problem: undefined };
  return { data, problem, isLoading: isLoading || known.key !== key, reload };
}

function keepData<T>(former: Known<T>, key: string): T | undefined {
  return former.key === key ? former.data : undefined;
}

async function settle<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<{ data?: T; problem?: Problem }> {
  try {
    return { data: await ask(signal) };
  } catch (error) {
    return { problem: toProblem(error) };
  }
}

/** Calls `act` after this time, or when the page is visible again after it; not after `signal`. */
function callLater(act: () => void, afterMs: number, signal: AbortSignal): void {
  const timer = setTimeout(() => {
    if (!document.hidden) act();
    else document.addEventListener('visibilitychange', act, { once: true, signal });
  }, afterMs);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
  });
}
