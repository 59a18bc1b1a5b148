import { forgetContact, loadContact, saveContact, type StoredContact } from '../contact-store.js';
import { isWindowAnswer, subscribeWindowUrl, type WindowAnswer, type WindowPurpose } from './window-answer.js';
import type { Way, WayResult } from './way.js';

const CLOSED_CHECK_MS = 300;
const WINDOW_FEATURES = 'popup,width=480,height=420';

/** The site and the other origin on which its visitors are subscribed. */
export interface WindowSite extends Pick<StoredContact, 'apiUrl' | 'domain' | 'siteUrl'> {
  readonly scope: string;
  readonly visitorGuid: () => string;
  readonly pushOrigin: string;
}

/** Web Push on the external push domain, in a small window of that origin: subscriptions belong to an origin. */
export function windowWay(site: WindowSite): Way {
  const { apiUrl, domain, siteUrl, scope, pushOrigin } = site;
  const open = (purpose: WindowPurpose): Promise<WindowAnswer | undefined> => {
    const url = subscribeWindowUrl(pushOrigin, { purpose, domain, visitorGuid: site.visitorGuid(), siteUrl });
    return answerOf(window.open(url, 'push-script', WINDOW_FEATURES), pushOrigin);
  };
  return {
    // An insecure page does not tell what a secure one could do; the window then says so itself.
    isSupported: !isSecureContext || 'PushManager' in window,
    async resume() {
      const known = await loadContact(scope);
      if (known?.domain !== domain) return { status: 'ready' };
      return { status: 'subscribed', deviceToken: known.deviceToken };
    },
    async subscribe(): Promise<WayResult> {
      const answer = await open('subscribe');
      if (answer === undefined) return { status: 'ready' };
      if (answer.status !== 'subscribed') return { status: answer.status === 'left' ? 'ready' : answer.status };
      const { deviceToken } = answer;
      const contact = { apiUrl, domain, deviceToken, siteUrl, visitorGuid: site.visitorGuid() };
      await saveContact(scope, { ...contact, vapidPublicKey: null, endpoint: null });
      return { status: 'subscribed', deviceToken };
    },
    async leave() {
      const answer = await open('leave');
      if (answer?.status !== 'left') throw new Error('The visitor has changed their mind');
      await forgetContact(scope);
    },
  };
}

/** What the window says, or undefined when it was closed or blocked. */
function answerOf(opened: Window | null, origin: string): Promise<WindowAnswer | undefined> {
  if (opened === null) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const end = (answer: WindowAnswer | undefined): void => {
      clearInterval(timer);
      window.removeEventListener('message', onMessage);
      resolve(answer);
    };
    const onMessage = (event: MessageEvent): void => {
      if (event.origin === origin && event.source === opened && isWindowAnswer(event.data)) end(event.data);
    };
    const timer = setInterval(() => {
      if (opened.closed) end(undefined);
    }, CLOSED_CHECK_MS);
    window.addEventListener('message', onMessage);
  });
}
