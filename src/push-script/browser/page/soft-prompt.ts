import { PROMPT_STYLE } from './soft-prompt-style.js';

/** What the prompt says. */
export interface PromptTexts {
  readonly title: string;
  readonly text: string;
  readonly accept: string;
  readonly refuse: string;
}

/** A browser without this is older than any that is still looked after. */
export function canShowSoftPrompt(): boolean {
  return 'adoptedStyleSheets' in document;
}

export interface SoftPrompt {
  /** Takes it away as if it had never been shown. */
  close(): void;
}

/**
 * Shows the question before the browser's own, which can be asked once only. It neither takes the focus nor covers the
 * page; Escape refuses. It lives in a shadow root, so that the page's style and its own cannot touch.
 * @param onAccept called inside the visitor's click, as browsers want it for a permission request.
 */
export function showSoftPrompt(
  texts: PromptTexts,
  color: string | undefined,
  onAccept: () => void,
  onRefuse: () => void,
): SoftPrompt {
  const host = document.createElement('push-script-prompt');
  const root = host.attachShadow({ mode: 'open' });
  addStyle(root);
  if (color !== undefined) host.style.setProperty('--push-script-color', color);
  const close = (): void => {
    host.remove();
    document.removeEventListener('keydown', onKey);
  };
  const refuse = (): void => {
    close();
    onRefuse();
  };
  const accept = (): void => {
    close();
    onAccept();
  };
  const onKey = ({ key }: KeyboardEvent): void => {
    if (key === 'Escape') refuse();
  };
  root.append(dialogOf(texts, accept, refuse));
  document.addEventListener('keydown', onKey);
  document.body.append(host);
  return { close };
}

function dialogOf(texts: PromptTexts, accept: () => void, refuse: () => void): HTMLElement {
  const title = element('h2', texts.title);
  title.id = 'title';
  const text = element('p', texts.text);
  text.id = 'text';
  const buttons = element('div', '');
  buttons.append(buttonOf(texts.refuse, refuse), buttonOf(texts.accept, accept));
  const dialog = element('section', '');
  dialog.setAttribute('role', 'dialog');
  dialog.setAttribute('aria-labelledby', title.id);
  dialog.setAttribute('aria-describedby', text.id);
  dialog.append(title, text, buttons);
  return dialog;
}

function buttonOf(text: string, onClick: () => void): HTMLElement {
  const button = element('button', text);
  button.type = 'button';
  button.addEventListener('click', onClick);
  return button;
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, text: string): HTMLElementTagNameMap[K] {
  const created = document.createElement(name);
  created.textContent = text;
  return created;
}

/** A constructed style sheet also works under a Content-Security-Policy that forbids inline styles. */
function addStyle(root: ShadowRoot): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(PROMPT_STYLE);
  root.adoptedStyleSheets = [sheet];
}
