import type { Page } from 'playwright-core';
import { waitFor } from '../../support/wait-for.js';

/** Waits until the element with the focus has this text, id or name: a dialog gives the focus back later. */
export async function untilFocused(
  page: Page,
  property: 'id' | 'tagName' | 'textContent',
  value: string,
): Promise<void> {
  await waitFor(
    () => page.evaluate((name) => document.activeElement?.[name], property),
    (found) => found === value,
  );
}
