import { applyAcceptColor } from './accept-color.js';
import { createDialog, type PromptKind, type SoftPromptSettings, type VisitorChoice } from './soft-prompt-dialog.js';
import { PROMPT_STYLE } from './soft-prompt-style.js';

/** How long a live region stays empty first: screen readers announce only what changes in one. */
const ANNOUNCE_AFTER_MS = 150;
/** After this the announcement is removed, so that nobody reads the texts twice. */
const ANNOUNCED_MS = 5_000;

/** How the prompt ended; `removed` means that the page's code took it away. */
export type PromptEnd = VisitorChoice | 'removed';

export interface SoftPrompt {
  /** Removes the prompt without calling `onEnd`. */
  close(): void;
}

/**
 * Shows a prompt before the browser's own, which can be shown only once. It neither takes the focus nor
 * covers the page, is announced to screen readers, and comes first in the order of the Tab key. A shadow root
 * separates its style from the page's. The page must have a body.
 * @param onEnd called at most once; for `accept` in the handler of the visitor's click, as browsers require
 * for a permission request.
 */
export function showSoftPrompt(
  settings: SoftPromptSettings,
  kind: PromptKind,
  onEnd: (end: PromptEnd) => void,
): SoftPrompt {
  const host = document.createElement('push-script-prompt');
  const ending = new AbortController();
  const { signal } = ending;
  const end = (how: PromptEnd): void => {
    if (signal.aborted) return;
    close();
    onEnd(how);
  };
  const dialog = createDialog(settings, kind, end);
  const root = addRoot(host, dialog);
  const restoreFocus = keepFocus(host, root);
  const close = (): void => {
    ending.abort();
    restoreFocus(() => {
      host.remove();
    });
  };
  // Before the body: first for the Tab key, outside the page's layout, and left alone by a site that
  // navigates by replacing its body.
  document.documentElement.insertBefore(host, document.body);
  const accept = root.querySelector<HTMLElement>('.accept');
  if (accept !== null) applyAcceptColor(accept, settings.attributes.color);
  followTheme(dialog, settings.attributes.theme, signal);
  announce(root);
  whenRemoved(host, signal, () => {
    end('removed');
  });
  return { close };
}

/** Constructed style sheets are allowed by a Content-Security-Policy without inline styles. */
function addRoot(host: HTMLElement, dialog: HTMLElement): ShadowRoot {
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(PROMPT_STYLE);
  root.adoptedStyleSheets = [sheet];
  dialog.classList.toggle('rtl', getComputedStyle(document.body).direction === 'rtl');
  root.append(dialog);
  return root;
}

/** Returns a function that removes the prompt and, if it had the focus, gives that to the element before. */
function keepFocus(host: HTMLElement, root: ShadowRoot): (remove: () => void) => void {
  let before: EventTarget | null = null;
  root.addEventListener('focusin', (event) => {
    const { relatedTarget } = event as FocusEvent;
    if (relatedTarget !== null && relatedTarget !== host) before = relatedTarget;
  });
  return (remove) => {
    const hadFocus = document.activeElement === host;
    remove();
    if (hadFocus && before instanceof HTMLElement) before.focus({ preventScroll: true });
  };
}

function followTheme(dialog: HTMLElement, theme: string | undefined, signal: AbortSignal): void {
  const prefersDark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    dialog.classList.toggle('dark', theme === 'dark' || (theme !== 'light' && prefersDark.matches));
  };
  apply();
  prefersDark.addEventListener('change', apply, { signal });
}

/** A dialog that takes no focus is not announced by itself. */
function announce(root: ShadowRoot): void {
  const status = document.createElement('div');
  status.setAttribute('role', 'status');
  status.className = 'status';
  root.append(status);
  setTimeout(() => {
    status.append(...[...root.querySelectorAll<HTMLElement>('#title, #text')].map(copyText));
  }, ANNOUNCE_AFTER_MS);
  setTimeout(() => {
    status.remove();
  }, ANNOUNCED_MS);
}

function copyText({ lang, textContent }: HTMLElement): HTMLElement {
  const copy = document.createElement('div');
  copy.lang = lang;
  copy.textContent = textContent;
  return copy;
}

/** Calls back when the page's code removes the host, and not when it moves it. */
function whenRemoved(host: Element, signal: AbortSignal, onRemoved: () => void): void {
  const observer = new MutationObserver(() => {
    if (!host.isConnected) onRemoved();
  });
  observer.observe(document, { childList: true, subtree: true });
  signal.addEventListener('abort', () => {
    observer.disconnect();
  });
}
