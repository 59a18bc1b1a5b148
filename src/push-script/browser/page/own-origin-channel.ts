import { trace } from '../console.js';
import { loadContact } from '../contact-store.js';
import { toFailure } from '../failure.js';
import { isInForeignFrame } from './foreign-frame.js';
import type { ChannelResult, Connection, SubscriptionChannel } from './subscription-channel.js';

/** The page's origin, and what subscribes visitors on it. */
export interface OwnOrigin {
  readonly scope: string;
  readonly domain: string;
  /** False where the page subscribes by Firebase. */
  readonly needsPushManager: boolean;
  /** Loads the connection; called once the permission is granted. */
  readonly connection: () => Promise<Connection>;
}

/** Creates the channel that asks for permission on the page's own origin. */
export function ownOriginChannel(own: OwnOrigin): SubscriptionChannel {
  const { scope, domain, connection } = own;
  const isKnown = async (): Promise<boolean> => (await loadContact(scope))?.domain === domain;
  const connect = async (mustAsk: boolean): Promise<ChannelResult> => {
    const { permission } = Notification;
    if (permission === 'granted') return toResult(async () => (await connection()).connect(mustAsk));
    const isRevoked = await isKnown();
    if (isRevoked) await (await connection()).withdraw();
    if (permission === 'denied') {
      return { status: 'denied', reason: isInForeignFrame() ? 'frame-blocked' : 'permission-blocked' };
    }
    // Closing the browser's prompt leaves the permission at `default`: the visitor has not decided.
    return isRevoked ? { status: 'ready', reason: 'permission-revoked' } : { status: 'ready' };
  };
  return {
    obstacle: findObstacle(own.needsPushManager),
    async resume({ mustAsk = false, isManual = false } = {}) {
      if (Notification.permission === 'granted' && isManual && !(await isKnown())) return { status: 'ready' };
      return connect(mustAsk);
    },
    async subscribe() {
      const before = Notification.permission;
      const permission = await Notification.requestPermission();
      trace(`permission: ${permission}`);
      if (permission === 'default') return { status: 'ready', reason: 'permission-dismissed' };
      if (permission === 'denied' && before === 'default' && !isInForeignFrame()) {
        return { status: 'denied', reason: 'permission-denied' };
      }
      return connect(true);
    },
    leave: async () => (await connection()).leave(),
    async finishLeaving() {
      if (await isKnown()) await (await connection()).leave();
    },
  };
}

async function toResult(connect: () => Promise<string>): Promise<ChannelResult> {
  try {
    return { status: 'subscribed', deviceToken: await connect() };
  } catch (error) {
    const { reason, message } = toFailure(error, 'unexpected');
    return { status: 'failed', reason, detail: message };
  }
}

/** Names what keeps this page from subscribing; undefined when nothing does. */
function findObstacle(needsPushManager: boolean): PushScriptReason | undefined {
  if (!isSecureContext) return 'insecure-page';
  // A sandbox takes the origin from a page (HTML, section 7.3.1.1), and with it workers and storage.
  if (origin === 'null') return 'page-sandboxed';
  const features = ['Notification', 'indexedDB', ...(needsPushManager ? ['PushManager'] : [])];
  const hasAll = 'serviceWorker' in navigator && features.every((feature) => feature in window);
  if (hasAll) return undefined;
  return needsHomeScreen() ? 'home-screen-needed' : 'browser-unsupported';
}

/**
 * Returns whether this is a tab on iOS or iPadOS 16.4 or later, where only web apps on the home screen have
 * Web Push (webkit.org/blog/13878). Only Apple's mobile browsers have `standalone`; import maps came with the
 * same version; a web view inside of an app, which cannot add to the home screen, is no Safari by its name.
 */
function needsHomeScreen(): boolean {
  const { standalone } = navigator as { readonly standalone?: boolean };
  const { supports } = HTMLScriptElement as { readonly supports?: (type: string) => boolean };
  return standalone === false && supports?.('importmap') === true && /safari/i.test(navigator.userAgent);
}
