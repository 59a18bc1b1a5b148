import { keepChoice, readChoice } from './stored-choice.js';

/** `auto` follows the system's `prefers-color-scheme`. */
export const THEMES = ['auto', 'light', 'dark'] as const;

export type Theme = (typeof THEMES)[number];

const KEY = 'pushContactConsoleTheme';

/** Returns the theme that was chosen in this browser. */
export function readTheme(): Theme {
  return readChoice(KEY, THEMES) ?? 'auto';
}

/** Shows the page in this theme and keeps it. */
export function setTheme(theme: Theme): void {
  keepChoice(KEY, theme);
  showTheme(theme);
}

/** Shows the page in this theme. */
export function showTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}

/** Calls `act` whenever the colors of the page have changed. Returns what ends that. */
export function onThemeChange(act: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const choice = new MutationObserver(act);
  choice.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  system.addEventListener('change', act);
  return () => {
    choice.disconnect();
    system.removeEventListener('change', act);
  };
}
