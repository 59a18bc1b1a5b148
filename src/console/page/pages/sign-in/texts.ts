import type { Translations } from '../../texts/language.js';

const en = {
  title: 'Sign in',
  lead: 'The console calls the API with your token and shows what the token allows.',
  token: 'Token',
  tokenHint: 'A JWT of this installation. It is kept in this tab and forgotten when the tab is closed.',
  submit: 'Sign in',
  checking: 'Checking the token…',
  missing: 'Paste a token first.',
  refused: 'The API does not accept this token: it has expired, or another key has signed it.',
  ended: 'The session has ended: the API no longer accepts the token. Sign in again to go on where you were.',
  howTo: 'Where does a token come from?',
  howToDemo: 'npm run demo prints one that may do everything.',
  howToToken: 'npm run token -- --domain=example.com --scope="send reports" signs one for a domain.',
  howToProduction: 'In production, who holds the private key signs tokens; docs/access.md says how.',
  access: 'Your access',
  signedInAs: (subject: string): string => `Signed in as ${subject}.`,
  mayEverything: 'This token may do everything, in every domain.',
  may: (domains: string): string => `In ${domains}, this token may:`,
  mayNothing: 'This token may do nothing here: it names no domain, or no scope.',
  scopes: {
    contacts: 'see and change contacts',
    send: 'send messages',
    reports: 'see messages, numbers and growth',
    manage: 'switch the domain on and off',
  },
  expires: (when: string): string => `It expires on ${when}.`,
};

const es: typeof en = {
  title: 'Iniciar sesión',
  lead: 'La consola llama a la API con tu token y muestra lo que el token permite.',
  token: 'Token',
  tokenHint: 'Un JWT de esta instalación. Se guarda en esta pestaña y se olvida al cerrarla.',
  submit: 'Iniciar sesión',
  checking: 'Comprobando el token…',
  missing: 'Primero pega un token.',
  refused: 'La API no acepta este token: ha caducado o lo firmó otra clave.',
  ended: 'La sesión ha terminado: la API ya no acepta el token. Inicia sesión para seguir donde estabas.',
  howTo: '¿De dónde sale un token?',
  howToDemo: 'npm run demo muestra uno que lo permite todo.',
  howToToken: 'npm run token -- --domain=example.com --scope="send reports" firma uno para un dominio.',
  howToProduction: 'En producción los firma quien tiene la clave privada; docs/access.md explica cómo.',
  access: 'Tu acceso',
  signedInAs: (subject) => `Sesión de ${subject}.`,
  mayEverything: 'Este token lo permite todo, en todos los dominios.',
  may: (domains) => `En ${domains}, este token permite:`,
  mayNothing: 'Este token no permite nada aquí: no nombra ningún dominio o ningún alcance.',
  scopes: {
    contacts: 'ver y cambiar contactos',
    send: 'enviar mensajes',
    reports: 'ver mensajes, cifras y crecimiento',
    manage: 'activar y desactivar el dominio',
  },
  expires: (when) => `Caduca el ${when}.`,
};

export const signInTexts: Translations<typeof en> = { en, es };
