import { type ComponentChildren, createContext, type VNode } from 'preact';
import { useCallback, useContext, useEffect, useState } from 'preact/hooks';
import { commonTexts } from '../texts/common.js';
import { useTexts } from '../texts/language.js';

/** Milliseconds for which good news is shown; bad news stays until it is closed (WCAG 2.2, 2.2.1). */
const SHOWN_MS = 6_000;

interface News {
  readonly text: string;
  readonly isBad: boolean;
}

type Say = (text: string, isBad?: boolean) => void;

const StatusContext = createContext<Say>(() => undefined);

/** Returns what tells the outcome of an act, to see and to screen readers. */
export function useSay(): Say {
  return useContext(StatusContext);
}

/** Shows what its children say, over the page, where nothing moves for it. */
export function StatusRegion({ children }: { children: ComponentChildren }): VNode {
  const texts = useTexts(commonTexts);
  const [news, setNews] = useState<News | undefined>();
  const say = useCallback<Say>((text, isBad = false) => {
    setNews({ text, isBad });
  }, []);
  const close = (): void => {
    setNews(undefined);
  };
  useEffect(() => {
    if (news === undefined || news.isBad) return undefined;
    const timer = setTimeout(close, SHOWN_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [news]);
  return (
    <StatusContext.Provider value={say}>
      {children}
      <div class="toasts" role="status">
        {news !== undefined && (
          <div class={news.isBad ? 'toast bad' : 'toast'}>
            <span>{news.text}</span>
            <button type="button" class="plain" aria-label={texts.close} onClick={close}>
              ×
            </button>
          </div>
        )}
      </div>
    </StatusContext.Provider>
  );
}
