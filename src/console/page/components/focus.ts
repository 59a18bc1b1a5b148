import { type RefCallback } from 'preact';
import { useCallback, useRef } from 'preact/hooks';

/** Gives the focus to the page's heading: to go on from there when the focused element is gone. */
export function focusHeading(): void {
  document.querySelector('h1')?.focus();
}

/** Returns the `ref` of a button that vanishes by what it does: its focus then goes to the page's heading. */
export function useFocusAfterwards(): RefCallback<HTMLElement> {
  const shown = useRef<HTMLElement | null>(null);
  return useCallback((element) => {
    if (element === null && shown.current !== null && shown.current === document.activeElement) focusHeading();
    shown.current = element;
  }, []);
}
