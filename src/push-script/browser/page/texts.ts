/** The texts of the soft prompt. */
export interface PromptTexts {
  readonly title: string;
  readonly text: string;
  readonly accept: string;
  readonly refuse: string;
  /** Name of the button that closes the prompt without a decision. */
  readonly close: string;
  /** Instead of the title and text, for a contact whose permission the browser has withdrawn. */
  readonly backTitle: string;
  readonly backText: string;
  /** The same for the hint how to add the site to the home screen of iOS. */
  readonly hintTitle: string;
  readonly hintText: string;
}

/** The texts of the subscribe window; those named `leave…` are for unsubscribing. */
interface Texts extends PromptTexts {
  readonly leaveTitle: string;
  readonly leaveText: string;
  readonly leave: string;
  readonly blocked: string;
  readonly failed: string;
  /** The window was opened for a domain whose visitors are asked elsewhere. */
  readonly notServed: string;
}

/** Texts, and the language that they are in. */
interface LocalizedTexts {
  readonly language: string;
  readonly texts: Texts;
}

const TEXTS = {
  en: {
    title: 'Notifications from {domain}',
    text: 'Would you like to hear of news and offers? You can stop at any time.',
    accept: 'Yes, notify me',
    refuse: 'No, thanks',
    close: 'Close, ask me later',
    backTitle: 'Notifications from {domain} are off',
    backText: 'Your browser has switched them off. Would you like them back?',
    hintTitle: 'Notifications from {domain}',
    hintText: 'They need this site on your home screen: tap Share, then “Add to Home Screen”, and open it from there.',
    leaveTitle: 'Stop notifications from {domain}?',
    leaveText: 'This browser will receive no more of them.',
    leave: 'Stop them',
    blocked: "Notifications are blocked in this browser's settings.",
    failed: 'That did not work. Please try again later.',
    notServed: 'Notifications from {domain} cannot be switched on here.',
  },
  es: {
    title: 'Notificaciones de {domain}',
    text: '¿Quieres enterarte de novedades y ofertas? Puedes dejarlas cuando quieras.',
    accept: 'Sí, quiero recibirlas',
    refuse: 'No, gracias',
    close: 'Cerrar y preguntar más tarde',
    backTitle: 'Las notificaciones de {domain} están desactivadas',
    backText: 'Tu navegador las desactivó. ¿Quieres volver a recibirlas?',
    hintTitle: 'Notificaciones de {domain}',
    hintText:
      'Necesitan este sitio en tu pantalla de inicio: toca Compartir, luego «Agregar a inicio», y ábrelo desde allí.',
    leaveTitle: '¿Dejar las notificaciones de {domain}?',
    leaveText: 'Este navegador no recibirá ninguna más.',
    leave: 'Dejarlas',
    blocked: 'Las notificaciones están bloqueadas en la configuración de este navegador.',
    failed: 'No funcionó. Inténtalo de nuevo más tarde.',
    notServed: 'Las notificaciones de {domain} no se pueden activar aquí.',
  },
  pt: {
    title: 'Notificações de {domain}',
    text: 'Quer receber novidades e ofertas? Você pode parar quando quiser.',
    accept: 'Sim, quero receber',
    refuse: 'Não, obrigado',
    close: 'Fechar e perguntar mais tarde',
    backTitle: 'As notificações de {domain} estão desativadas',
    backText: 'Seu navegador as desativou. Quer voltar a recebê-las?',
    hintTitle: 'Notificações de {domain}',
    hintText:
      'Elas precisam deste site na sua tela de início: toque em Compartilhar, depois em “Adicionar à Tela de Início”, e abra-o por lá.',
    leaveTitle: 'Parar as notificações de {domain}?',
    leaveText: 'Este navegador não vai receber mais nenhuma.',
    leave: 'Parar',
    blocked: 'As notificações estão bloqueadas nas configurações deste navegador.',
    failed: 'Não funcionou. Tente de novo mais tarde.',
    notServed: 'As notificações de {domain} não podem ser ativadas aqui.',
  },
} satisfies Readonly<Record<string, Texts>>;

/**
 * Returns the texts in the first of these languages that has any, else in English.
 * @param wanted language tags (BCP 47), of which only the language itself matters; empty ones are skipped.
 */
export function textsFor(wanted: readonly string[], domain: string): LocalizedTexts {
  const languages = wanted.map(primaryLanguage);
  const language = languages.find((each): each is keyof typeof TEXTS => Object.keys(TEXTS).includes(each)) ?? 'en';
  const entries = Object.entries(TEXTS[language]).map(([name, text]) => [name, text.replace('{domain}', () => domain)]);
  return { language, texts: Object.fromEntries(entries) as Texts };
}

function primaryLanguage(tag: string): string {
  return tag.trim().split(/[-_]/)[0]?.toLowerCase() ?? '';
}
