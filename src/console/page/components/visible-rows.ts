import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { readEntry, recall, remember } from '../shell/entry-memory.js';

/** Height of a row in rem; as in styles/table.css. */
const ROW_REM = 3;

/** Rows beyond the view that are rendered too, so that the focus and a quick scroll find them. */
const OVERSCAN = 10;

/** The rows in view: from `first`, up to but without `last`. */
interface VisibleRows {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly first: number;
  readonly last: number;
  /** CSS pixels. */
  readonly rowHeight: number;
}

/**
 * Follows which of `count` rows are in view of the scroller. Who goes back in the history finds them where
 * they were, by the table's `name`.
 */
export function useVisibleRows(count: number, name: string): VisibleRows {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 0, rowHeight: 48 });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const entry = readEntry();
    const top = recall(entry, name);
    if (typeof top === 'number') element.scrollTop = top;
    const follow = (): void => {
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      setView({ top: element.scrollTop, height: element.clientHeight, rowHeight: ROW_REM * rem });
    };
    const observer = new ResizeObserver(follow);
    observer.observe(element);
    const scroll = (): void => {
      remember(entry, name, element.scrollTop);
      follow();
    };
    element.addEventListener('scroll', scroll, { passive: true });
    follow();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', scroll);
    };
  }, []);
  const range = findRange(view, count);
  keepFocus(scroller.current, range);
  return { scroller, ...range, rowHeight: view.rowHeight };
}

/** Returns the rows to render for a view of this height, scrolled down to `top`; all in CSS pixels. */
export function findRange(
  { top, height, rowHeight }: { top: number; height: number; rowHeight: number },
  count: number,
): { first: number; last: number } {
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + OVERSCAN);
  return { first: Math.max(0, Math.min(Math.floor(top / rowHeight) - OVERSCAN, last)), last };
}

/** A focused row that goes out of the document leaves the focus to the scroller, not to the page's top. */
function keepFocus(scroller: HTMLDivElement | null, { first, last }: { first: number; last: number }): void {
  const row = document.activeElement?.closest<HTMLElement>('[data-row]');
  if (scroller === null || row === null || row === undefined || !scroller.contains(row)) return;
  const index = Number(row.dataset.row);
  if (index < first || index >= last) scroller.focus({ preventScroll: true });
}
