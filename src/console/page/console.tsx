import { render, type VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { focusHeading } from './components/focus.js';
import { LoadingState } from './components/states.js';
import { StatusRegion } from './components/status.js';
import { SignInPage } from './pages/sign-in/sign-in.js';
import { CurrentPage } from './shell/current-page.js';
import { Layout } from './shell/layout.js';
import { SessionContext } from './shell/session.js';
import { readTheme, showTheme } from './shell/theme.js';
import { useSignIn } from './shell/use-sign-in.js';
import { keepLanguage, type Language, LanguageContext, readLanguage } from './texts/language.js';

function Console(): VNode {
  const [language, setLanguage] = useState<Language>(readLanguage);
  const { session, isChecking, problem, hasEnded, signIn } = useSignIn();
  const [isFirst, setFirst] = useState(true);
  const former = useRef(session);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    // Who signs in or out goes on from the page's heading; on the first load, the focus is the browser's.
    if (session !== former.current && !isFirst) focusHeading();
    former.current = session;
    if (!isChecking) setFirst(false);
  }, [session, isChecking]);
  const choose = (chosen: Language): void => {
    keepLanguage(chosen);
    setLanguage(chosen);
  };
  const signInPage = <SignInPage isChecking={isChecking} problem={problem} hasEnded={hasEnded} onToken={signIn} />;
  return (
    <LanguageContext.Provider value={language}>
      <SessionContext.Provider value={session}>
        <StatusRegion>
          <Layout isChecking={isChecking && isFirst} onLanguage={choose}>
            {session !== undefined ? <CurrentPage /> : isChecking && isFirst ? <LoadingState /> : signInPage}
          </Layout>
        </StatusRegion>
      </SessionContext.Provider>
    </LanguageContext.Provider>
  );
}

showTheme(readTheme());
const root = document.getElementById('console');
if (root !== null) render(<Console />, root);
