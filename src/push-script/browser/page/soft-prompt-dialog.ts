import { drawHomeScreenSteps } from './home-screen-steps.js';
import { type PromptTexts, textsFor } from './texts.js';

/** What the site can set in the soft prompt. */
export interface SoftPromptSettings {
  readonly domain: string;
  /**
   * By the names of the tag's attributes, without `data-`: `lang`, a language tag (BCP 47) of the texts,
   * without which, or without texts, it is the page's, else the browser's; `theme`, `light` or `dark`,
   * anything else follows the browser; `color`, a CSS color for the accept button; and the names of
   * `PromptTexts`, instead of the texts in the language. Others are ignored.
   */
  readonly attributes: Readonly<Record<string, string | undefined>>;
}

/**
 * What the prompt is for: `question` asks a visitor, `return` a contact whose permission the browser has
 * withdrawn, and `home-screen` tells how to add the site to the home screen of iOS.
 */
export type PromptKind = 'question' | 'return' | 'home-screen';

/** The names of title and text. */
const HEADINGS = {
  question: ['title', 'text'],
  return: ['backTitle', 'backText'],
  'home-screen': ['hintTitle', 'hintText'],
} as const satisfies Readonly<Record<PromptKind, readonly (keyof PromptTexts)[]>>;

/** The visitor's choice; `later` is closing without a decision. */
export type VisitorChoice = 'accept' | 'refuse' | 'later';

/** Creates the dialog. Escape chooses `later`, and only while the focus is inside. */
export function createDialog(
  settings: SoftPromptSettings,
  kind: PromptKind,
  choose: (choice: VisitorChoice) => void,
): HTMLElement {
  const say = chooseTexts(settings);
  const [title, text] = HEADINGS[kind];
  const dialog = document.createElement('section');
  const buttons = document.createElement('div');
  buttons.className = 'buttons';
  const button = (choice: VisitorChoice, name: keyof PromptTexts): HTMLButtonElement => {
    const created = say('button', name, name);
    created.type = 'button';
    created.className = choice;
    created.addEventListener('click', () => {
      choose(choice);
    });
    return created;
  };
  const isHint = kind === 'home-screen';
  buttons.append(button('refuse', 'refuse'), ...(isHint ? [] : [button('accept', 'accept')]));
  dialog.append(say('h2', title, 'title'), say('p', text, 'text'), ...(isHint ? [drawHomeScreenSteps()] : []));
  dialog.append(buttons, asSign('×', button('later', 'close')));
  dialog.setAttribute('role', 'dialog');
  dialog.setAttribute('aria-labelledby', 'title');
  dialog.setAttribute('aria-describedby', 'text');
  // Texts of the site may run in the other direction than the page.
  dialog.dir = 'auto';
  dialog.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    // The page's handlers of Escape are for what the page shows.
    event.stopPropagation();
    choose('later');
  });
  return dialog;
}

type CreateWithText = <K extends keyof HTMLElementTagNameMap>(
  element: K,
  name: keyof PromptTexts,
  id: string,
) => HTMLElementTagNameMap[K];

/** Returns a function that creates an element with a text, its language, and an id. */
function chooseTexts({ domain, attributes }: SoftPromptSettings): CreateWithText {
  const pageLanguage = document.documentElement.lang;
  const wanted = attributes.lang?.trim() ?? '';
  const ownLanguage = wanted === '' ? pageLanguage : wanted;
  const known = textsFor([wanted, pageLanguage, ...navigator.languages], domain);
  return (element, name, id) => {
    const created = document.createElement(element);
    const given = attributes[name];
    // A button without a name would be unusable; a blank text leaves out the paragraph.
    const own = given?.trim() === '' && element !== 'p' ? undefined : given?.trim();
    created.id = id;
    created.textContent = own ?? known.texts[name];
    created.lang = own === undefined ? known.language : ownLanguage;
    return created;
  };
}

/** Shows a sign instead of the text, which becomes the name of the button. */
function asSign(sign: string, button: HTMLElement): HTMLElement {
  button.title = button.textContent;
  button.setAttribute('aria-label', button.textContent);
  button.textContent = sign;
  return button;
}
