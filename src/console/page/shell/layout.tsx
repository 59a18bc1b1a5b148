import type { ComponentChildren, VNode } from 'preact';
import { useContext, useState } from 'preact/hooks';
import { signInTexts } from '../pages/sign-in/texts.js';
import { commonTexts } from '../texts/common.js';
import { type Language, LanguageContext, LANGUAGES, useTexts } from '../texts/language.js';
import { Access } from './access.js';
import { PATTERNS } from './patterns.js';
import { toFragment, useLocation } from './route.js';
import { type Session, SessionContext } from './session.js';
import { readTheme, setTheme, type Theme, THEMES } from './theme.js';

/** Languages by their own names. */
const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' };

interface LayoutProps {
  /** Whether it is not known yet who is signed in. */
  readonly isChecking: boolean;
  readonly onLanguage: (language: Language) => void;
  readonly children: ComponentChildren;
}

/** What is around every page: skip link, navigation, choices. */
export function Layout({ isChecking, onLanguage, children }: LayoutProps): VNode {
  const texts = useTexts(commonTexts);
  const session = useContext(SessionContext);
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        {texts.skip}
      </a>
      <header class="bar">
        <a class="brand" href={toFragment(PATTERNS.domains)}>
          {texts.product}
        </a>
        {session !== undefined && <Navigation session={session} />}
        {session === undefined && isChecking && <ReservedNavigation />}
        <div class="choices">
          <LanguageChoice onLanguage={onLanguage} />
          <ThemeChoice />
          {session === undefined && isChecking && <ReservedButtons />}
          {session !== undefined && (
            <>
              <Access session={session} />
              <button type="button" onClick={session.signOut}>
                {texts.signOut}
              </button>
            </>
          )}
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** Takes the place of the navigation, so that nothing moves down when it is there. */
function ReservedNavigation(): VNode {
  const texts = useTexts(commonTexts);
  return (
    <nav class="reserved">
      <a>{texts.domains}</a>
      <a>{texts.health}</a>
    </nav>
  );
}

function ReservedButtons(): VNode {
  const { signOut } = useTexts(commonTexts);
  const { access } = useTexts(signInTexts);
  return (
    <>
      {[access, signOut].map((text) => (
        <button key={text} type="button" class="reserved">
          {text}
        </button>
      ))}
    </>
  );
}

/** The fragment of the address is the page, so the link does not follow its own. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function Navigation({ session }: { session: Session }): VNode {
  const texts = useTexts(commonTexts);
  const [first = 'domains'] = useLocation().segments;
  const links = [
    { name: 'domains', text: texts.domains, href: toFragment(PATTERNS.domains) },
    ...(session.token.isSuperUser ? [{ name: 'health', text: texts.health, href: toFragment(PATTERNS.health) }] : []),
  ];
  return (
    <nav aria-label={texts.mainNavigation}>
      {links.map(({ name, text, href }) => (
        <a key={name} href={href} aria-current={name === first ? 'page' : undefined}>
          {text}
        </a>
      ))}
    </nav>
  );
}

function LanguageChoice({ onLanguage }: { onLanguage: (language: Language) => void }): VNode {
  const texts = useTexts(commonTexts);
  const language = useContext(LanguageContext);
  return (
    <select
      aria-label={texts.language}
      value={language}
      onChange={({ currentTarget }) => {
        onLanguage(LANGUAGES.find((each) => each === currentTarget.value) ?? 'en');
      }}
    >
      {LANGUAGES.map((each) => (
        <option key={each} value={each} lang={each}>
          {LANGUAGE_NAMES[each]}
        </option>
      ))}
    </select>
  );
}

function ThemeChoice(): VNode {
  const texts = useTexts(commonTexts);
  const [theme, choose] = useState<Theme>(readTheme);
  return (
    <select
      aria-label={texts.theme}
      value={theme}
      onChange={({ currentTarget }) => {
        const chosen = THEMES.find((each) => each === currentTarget.value) ?? 'auto';
        setTheme(chosen);
        choose(chosen);
      }}
    >
      {THEMES.map((each) => (
        <option key={each} value={each}>
          {texts.themes[each]}
        </option>
      ))}
    </select>
  );
}
