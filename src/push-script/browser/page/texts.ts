import type { PromptTexts } from './soft-prompt.js';

/** What the subscribe window says; `leave…` to a contact who wants to go. */
interface Texts extends PromptTexts {
  readonly leaveTitle: string;
  readonly leaveText: string;
  readonly leave: string;
  readonly blocked: string;
  readonly failed: string;
}

const TEXTS = {
  en: {
    title: 'Notifications from {domain}',
    text: 'Would you like to hear of news and offers? You can stop at any time.',
    accept: 'Yes, notify me',
    refuse: 'No, thanks',
    leaveTitle: 'Stop notifications from {domain}?',
    leaveText: 'This browser will receive no more of them.',
    leave: 'Stop them',
    blocked: "Notifications are blocked in this browser's settings.",
    failed: 'That did not work. Please try again later.',
  },
  es: {
    title: 'Notificaciones de {domain}',
    text: '¿Quieres enterarte de novedades y ofertas? Puedes dejarlas cuando quieras.',
    accept: 'Sí, quiero recibirlas',
    refuse: 'No, gracias',
    leaveTitle: '¿Dejar las notificaciones de {domain}?',
    leaveText: 'Este navegador no recibirá ninguna más.',
    leave: 'Dejarlas',
    blocked: 'Las notificaciones están bloqueadas en la configuración de este navegador.',
    failed: 'No funcionó. Inténtalo de nuevo más tarde.',
  },
} satisfies Readonly<Record<string, Texts>>;

/** The texts in the page's language, or else the browser's, or else English. */
export function textsFor(pageLanguage: string, domain: string): Texts {
  const languages = [pageLanguage, navigator.language].map((language) => language.slice(0, 2).toLowerCase());
  const language = languages.find((each): each is keyof typeof TEXTS => each in TEXTS) ?? 'en';
  const entries = Object.entries(TEXTS[language]).map(([name, text]) => [name, text.replace('{domain}', domain)]);
  return Object.fromEntries(entries) as Texts;
}
