import { toWebLink } from '../core/validation/written-url.js';
import type { NotificationOptions } from '../core/validation/notification-options.js';
import type { DeliveryInstructions } from '../push-payloads/delivery-headers.js';
import type { FirebaseRequest } from '../push-payloads/firebase-message.js';
import type { SharedContent } from '../push-payloads/notification-content.js';
import type { Urgency } from '../core/validation/urgency.js';

/** A button of a notification. */
interface NotificationAction {
  readonly action: string;
  readonly title: string;
  readonly icon: string | null;
  readonly link: string | null;
}

/** The content of a notification and its delivery options. */
export interface Notification {
  readonly messageId: string;
  readonly title: string;
  readonly body: string;
  readonly onClickLink: string | null;
  readonly imageUrl: string | null;
  readonly iconUrl: string | null;
  readonly preferLargeImage: boolean;
  readonly actions: readonly NotificationAction[];
  /** In seconds; null for the default of the push service. */
  readonly timeToLiveSeconds: number | null;
  readonly urgency: Urgency | null;
  readonly topic: string | null;
  readonly badgeUrl: string | null;
  readonly options: NotificationOptions;
  /**
   * For browsers that open links themselves, by the tracking link `open`: the encrypted fields of the links,
   * empty for those of the message. Null where that is not wanted.
   */
  readonly openFields: string | null;
}

/** URLs to which a visitor's browser reports receipts and clicks; null without a PUBLIC_URL. */
interface TrackingEndpoints {
  readonly clicked: string | null;
  readonly received: string | null;
  /** URLs for clicks on actions, by action name. */
  readonly actions: Readonly<Record<string, string>> | null;
}

/** A Web Push subscription to send to, with its keys in base64url. */
export interface TargetSubscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  /** The VAPID public key that it belongs to; undefined for the first key. */
  readonly vapidPublicKey: string | undefined;
  readonly tracking: TrackingEndpoints;
}

type GivenOptions = DeliveryInstructions & NotificationOptions & Pick<SharedContent, 'badgeUrl'>;

/** What the body of `POST /message` says of the notification. */
export type DeviceTokensBody = FirebaseRequest & { readonly tokens: readonly string[] };

/** What the body of `POST /webpush` says of the notification. */
export type SubscriptionsBody = SharedContent & GivenOptions & { readonly subscriptions: readonly object[] };

/** Builds the body of `POST /message`. Links that no browser may get are null, here and for subscriptions. */
export function toDeviceTokensBody(tokens: readonly string[], notification: Notification): DeviceTokensBody {
  return {
    tokens,
    notificationTitle: notification.title,
    notificationBody: notification.body,
    notificationOnClickLink: toWebLink(notification.onClickLink),
    imageUrl: toWebLink(notification.imageUrl),
    ...givenOptions(notification),
  };
}

/** Builds the body of `POST /webpush`. Without `preferLargeImage`, the image is sent as the icon. */
export function toSubscriptionsBody(
  subscriptions: readonly TargetSubscription[],
  notification: Notification,
): SubscriptionsBody {
  const imageUrl = toWebLink(notification.imageUrl);
  const isIcon = imageUrl !== null && !notification.preferLargeImage;
  return {
    subscriptions: subscriptions.map(({ endpoint, p256dh, auth, vapidPublicKey, tracking }) => ({
      endpoint,
      p256DH: p256dh,
      auth,
      ...(vapidPublicKey !== undefined && { vapidPublicKey }),
      subscriptionExtraData: {
        clickedEventEndpoint: tracking.clicked,
        receivedEventEndpoint: tracking.received,
        actionEventEndpoints: tracking.actions,
      },
    })),
    notificationTitle: notification.title,
    notificationBody: notification.body,
    notificationOnClickLink: toWebLink(notification.onClickLink),
    imageUrl: isIcon ? null : imageUrl,
    iconUrl: isIcon ? imageUrl : toWebLink(notification.iconUrl),
    messageId: notification.messageId,
    actions: notification.actions.map(({ action, title, icon, link }) => ({
      action,
      title,
      icon: toWebLink(icon),
      link: toWebLink(link),
    })),
    ...(notification.openFields !== null && { openFields: notification.openFields }),
    ...givenOptions(notification),
  };
}

/** Leaves out options that are not set, because not every PushApi knows them. */
function givenOptions({ timeToLiveSeconds, urgency, topic, options, badgeUrl }: Notification): GivenOptions {
  const badge = toWebLink(badgeUrl);
  return {
    ...options,
    ...(badge !== null && { badgeUrl: badge }),
    ...(timeToLiveSeconds !== null && { timeToLiveSeconds }),
    ...(urgency !== null && { urgency }),
    ...(topic !== null && { topic }),
  };
}
