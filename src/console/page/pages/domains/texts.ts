import type { Translations } from '../../texts/language.js';

const en = {
  title: 'Domains',
  search: 'Find a domain',
  searchHint: 'By the beginning of its name.',
  domain: 'Domain',
  feature: 'Push feature',
  on: 'On',
  off: 'Off',
  unset: 'Not set',
  active: 'Active contacts',
  lost: 'Lost contacts',
  add: 'Add a domain',
  addHint: 'Switches the push feature on, so that visitors of this site can become contacts.',
  name: 'Name',
  nameHint: 'As in the data-domain of the site’s PushScript, for example shop.example.com.',
  nameMissing: 'Enter the name of the domain.',
  added: (domain: string): string => `The push feature of ${domain} is on.`,
  empty: 'There are no domains yet',
  emptyHint: 'Add the domain of your site, then put PushScript on its pages: docs/push-script.md shows the tag.',
  noneFound: 'No domain begins with this text',
  noneFoundHint: 'Names are compared exactly as they are stored. Shorten the text, or clear it to see all domains.',
};

const es: typeof en = {
  title: 'Dominios',
  search: 'Buscar un dominio',
  searchHint: 'Por el comienzo de su nombre.',
  domain: 'Dominio',
  feature: 'Función push',
  on: 'Activada',
  off: 'Desactivada',
  unset: 'Sin configurar',
  active: 'Contactos activos',
  lost: 'Contactos perdidos',
  add: 'Añadir un dominio',
  addHint: 'Activa la función push, para que los visitantes de este sitio puedan ser contactos.',
  name: 'Nombre',
  nameHint: 'Como en el data-domain del PushScript del sitio, por ejemplo shop.example.com.',
  nameMissing: 'Introduce el nombre del dominio.',
  added: (domain) => `La función push de ${domain} está activada.`,
  empty: 'Todavía no hay dominios',
  emptyHint: 'Añade el dominio de tu sitio y pon PushScript en sus páginas: docs/push-script.md muestra la etiqueta.',
  noneFound: 'Ningún dominio empieza por este texto',
  noneFoundHint: 'Los nombres se comparan tal como están guardados. Acorta el texto o bórralo para verlos todos.',
};

export const domainsTexts: Translations<typeof en> = { en, es };
