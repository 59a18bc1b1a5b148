const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

const FOCUSABLE = 'a[href], button, input, select';

/** From a link or button of a row, the arrow keys go to the same one of the row below or above. */
export function moveBetweenRows(event: KeyboardEvent, rowHeight: number): void {
  const step = STEPS[event.key];
  const scroller = event.currentTarget;
  const focused = event.target instanceof Element ? event.target : null;
  const row = focused?.closest<HTMLElement>('[data-row]') ?? null;
  if (step === undefined || focused === null || row === null || !(scroller instanceof HTMLElement)) return;
  const place = [...row.querySelectorAll(FOCUSABLE)].indexOf(focused);
  const next = scroller.querySelector(`[data-row="${Number(row.dataset.row) + step}"]`);
  const target = next?.querySelectorAll<HTMLElement>(FOCUSABLE)[place];
  if (target === undefined) return;
  event.preventDefault();
  scroller.scrollBy(0, step * rowHeight);
  target.focus({ preventScroll: true });
}
