import { doWithoutStorage, forgetContact, loadContact, saveContact, type StoredContact } from '../contact-store.js';
import { Failure } from '../failure.js';
import { isPruned } from '../pruned-contact.js';
import {
  isPopupResponse,
  subscribeWindowUrl,
  toPushOrigin,
  type PopupResponse,
  type WindowPurpose,
} from './popup-response.js';
import type { SubscriptionChannel, ChannelResult } from './subscription-channel.js';

const CLOSED_CHECK_MS = 300;
const WINDOW_FEATURES = 'popup,width=480,height=420';

/** The site, and the external origin on which its visitors subscribe. */
export interface WindowSite extends Pick<StoredContact, 'apiUrl' | 'domain' | 'siteUrl'> {
  readonly scope: string;
  readonly visitorGuid: () => string;
  readonly externalPushDomain: string;
  readonly hasStorage: () => boolean;
}

type WindowResult = PopupResponse | { readonly status: 'ready'; readonly reason: 'popup-blocked' | 'popup-closed' };

/**
 * Creates the channel for Web Push on the external push domain. It opens a popup there: subscriptions belong
 * to an origin.
 */
export function popupChannel(site: WindowSite): Omit<SubscriptionChannel, 'obstacle'> {
  const { apiUrl, domain, siteUrl, scope } = site;
  const pushOrigin = toPushOrigin(site.externalPushDomain);
  const open = async (purpose: WindowPurpose): Promise<WindowResult> => {
    const url = subscribeWindowUrl(pushOrigin, { purpose, domain, visitorGuid: site.visitorGuid(), siteUrl });
    const opened = window.open(url, 'push-script', WINDOW_FEATURES);
    return opened === null ? { status: 'ready', reason: 'popup-blocked' } : readResponse(opened, pushOrigin);
  };
  return {
    async resume({ mustAsk = false } = {}) {
      if (!site.hasStorage()) doWithoutStorage();
      const known = await loadContact(scope);
      if (known?.domain !== domain) return { status: 'ready' };
      if (!(await isPruned(scope, apiUrl, known, mustAsk))) {
        return { status: 'subscribed', deviceToken: known.deviceToken };
      }
      // Only the window can reach the dead subscription, and only a click can open the window.
      await forgetContact(scope);
      return { status: 'ready', reason: 'contact-pruned' };
    },
    async subscribe(): Promise<ChannelResult> {
      const response = await open('subscribe');
      if (response.status === 'left') return { status: 'ready' };
      if (response.status !== 'subscribed') return response;
      const { deviceToken } = response;
      const contact = { apiUrl, domain, deviceToken, siteUrl, visitorGuid: site.visitorGuid() };
      await saveContact(scope, { ...contact, vapidPublicKey: null, endpoint: null, checkedAt: Date.now() });
      return { status: 'subscribed', deviceToken };
    },
    async leave() {
      const response = await open('leave');
      if (response.status === 'left') return forgetContact(scope);
      const reason = 'reason' in response ? response.reason : undefined;
      throw new Failure(reason ?? 'popup-closed', 'the visitor has not left');
    },
  };
}

/**
 * Resolves with the window's last response. The window stays open after `denied` and `failed`, and may
 * succeed then; otherwise that response counts once the visitor closes it.
 */
function readResponse(opened: Window, origin: string): Promise<WindowResult> {
  return new Promise((resolve) => {
    let last: WindowResult = { status: 'ready', reason: 'popup-closed' };
    const end = (): void => {
      clearInterval(timer);
      window.removeEventListener('message', onMessage);
      resolve(last);
    };
    const onMessage = (event: MessageEvent): void => {
      if (event.origin !== origin || event.source !== opened || !isPopupResponse(event.data)) return;
      last = event.data;
      if (last.status !== 'denied' && last.status !== 'failed') end();
    };
    const timer = setInterval(() => {
      if (opened.closed) end();
    }, CLOSED_CHECK_MS);
    window.addEventListener('message', onMessage);
  });
}
