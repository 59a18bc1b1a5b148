/** Sends with `web-push` as its users do: `sendNotification` for each subscription, some at once. */
import webPush from 'web-push';
import { readArgument, serveCommands } from '../child.js';
import { trackingLinksOf, payloadFor, type SentSubscription, TTL_SECONDS } from '../notification.js';

export interface PeerWebPushArgument {
  readonly vapid: { readonly publicKey: string; readonly privateKey: string; readonly subject: string };
}

/** Subscriptions to remember, or to send to those that are remembered. */
export type PeerCommand = readonly SentSubscription[] | 'send';

const AT_ONCE = 100;

const { vapid: vapidDetails } = (await readArgument()) as PeerWebPushArgument;

/** Resolves with the seconds; rejects with web-push's error unless every message is accepted. */
async function send(subscriptions: readonly SentSubscription[]): Promise<number> {
  const messages = subscriptions
    .map((subscription, index) => ({ subscription, links: trackingLinksOf(index) }))
    .values();
  const started = performance.now();
  const sendNext = async (): Promise<void> => {
    for (const { subscription, links } of messages) {
      await webPush.sendNotification(subscription, payloadFor(links), { vapidDetails, TTL: TTL_SECONDS });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendNext));
  return (performance.now() - started) / 1_000;
}

let known: readonly SentSubscription[] = [];

serveCommands(null, (command: PeerCommand) => {
  if (command === 'send') return send(known);
  known = command;
  return undefined;
});
