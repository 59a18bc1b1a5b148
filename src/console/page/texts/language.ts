import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { keepChoice, readChoice } from '../shell/stored-choice.js';

export const LANGUAGES = ['en', 'es'] as const;

export type Language = (typeof LANGUAGES)[number];

/** The texts of a page or a component. Both languages have one type, so a missing text does not compile. */
export type Translations<T> = Readonly<Record<Language, T>>;

const KEY = 'pushContactConsoleLanguage';

export const LanguageContext = createContext<Language>('en');

/** Returns the language that was chosen here before, or else the first of the browser's that has texts. */
export function readLanguage(browsers: readonly string[] = navigator.languages): Language {
  const spoken = browsers.flatMap((tag) => LANGUAGES.find((language) => language === toBase(tag)) ?? []);
  return readChoice(KEY, LANGUAGES) ?? spoken[0] ?? 'en';
}

export function keepLanguage(language: Language): void {
  keepChoice(KEY, language);
}

/** Returns the texts in the language of the page. */
export function useTexts<T>(translations: Translations<T>): T {
  return translations[useContext(LanguageContext)];
}

/** Returns the browser's own locale of a language, with its numbers and dates: `es-AR` for `es`. */
export function toLocale(language: Language, browsers: readonly string[] = navigator.languages): string {
  return browsers.find((tag) => toBase(tag) === language) ?? language;
}

/** The language of a tag such as `es-AR` (RFC 5646, section 2.1). */
function toBase(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}
