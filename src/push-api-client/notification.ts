import type { Urgency } from '../core/urgency.js';

/** A button of a notification. */
interface NotificationAction {
  readonly action: string;
  readonly title: string;
  readonly icon: string | null;
  readonly link: string | null;
}

/** What is shown to a visitor, and what push services should know about it. */
export interface Notification {
  readonly messageId: string;
  readonly title: string;
  readonly body: string;
  readonly onClickLink: string | null;
  readonly imageUrl: string | null;
  readonly iconUrl: string | null;
  readonly preferLargeImage: boolean;
  readonly actions: readonly NotificationAction[];
  /** Null where the push service decides. */
  readonly timeToLiveSeconds: number | null;
  readonly urgency: Urgency | null;
  readonly topic: string | null;
}

/** Where a visitor's browser reports what became of a notification; null without a PUBLIC_URL. */
interface TrackingEndpoints {
  readonly clicked: string | null;
  readonly received: string | null;
  /** By action name. */
  readonly actions: Readonly<Record<string, string>> | null;
}

/** A Web Push subscription to send to. */
export interface TargetSubscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly tracking: TrackingEndpoints;
}

/** The body of `POST /message`. */
export function toDeviceTokensBody(tokens: readonly string[], notification: Notification): object {
  return {
    tokens,
    notificationTitle: notification.title,
    notificationBody: notification.body,
    notificationOnClickLink: notification.onClickLink,
    imageUrl: notification.imageUrl,
    ...deliveryOptions(notification),
  };
}

/** The body of `POST /webpush`. An image that is not to be shown large is sent as the icon. */
export function toSubscriptionsBody(subscriptions: readonly TargetSubscription[], notification: Notification): object {
  const { imageUrl, iconUrl, preferLargeImage } = notification;
  const isIcon = imageUrl !== null && !preferLargeImage;
  return {
    subscriptions: subscriptions.map(({ endpoint, p256dh, auth, tracking }) => ({
      endpoint,
      p256DH: p256dh,
      auth,
      subscriptionExtraData: {
        clickedEventEndpoint: tracking.clicked,
        receivedEventEndpoint: tracking.received,
        actionEventEndpoints: tracking.actions,
      },
    })),
    notificationTitle: notification.title,
    notificationBody: notification.body,
    notificationOnClickLink: notification.onClickLink,
    imageUrl: isIcon ? null : imageUrl,
    iconUrl: isIcon ? imageUrl : iconUrl,
    messageId: notification.messageId,
    actions: notification.actions.map(({ action, title, icon, link }) => ({ action, title, icon, link })),
    ...deliveryOptions(notification),
  };
}

/** Sent only where they are set: not every PushApi knows them. */
function deliveryOptions({ timeToLiveSeconds, urgency, topic }: Notification): object {
  return {
    ...(timeToLiveSeconds !== null && { timeToLiveSeconds }),
    ...(urgency !== null && { urgency }),
    ...(topic !== null && { topic }),
  };
}
