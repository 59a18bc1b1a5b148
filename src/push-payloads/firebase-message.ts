import { findInstallationId, isInstallationId } from '../core/validation/firebase-installation-id.js';
import { readNotificationOptions, type RequestedOptions } from '../core/validation/notification-options.js';
import { toWebLink } from '../core/validation/written-url.js';
import { deliveryHeaders, type DeliveryInstructions } from './delivery-headers.js';
import type { NotificationContent } from './notification-content.js';
import { toShownOptions } from './shown-options.js';

/**
 * The recipient of a message, in the one field that its value demands: an installation id, or a registration
 * token, which FCM deprecates (firebase.google.com, "REST Resource: projects.messages"; gorush#878).
 */
export type FirebaseTarget = { readonly fid: string } | { readonly token: string };

/** A message in the form of FCM's v1 API (firebase.google.com, "REST Resource: projects.messages"). */
export type FirebaseMessage = FirebaseTarget & FirebaseContent;

export interface FirebaseContent {
  readonly notification: { readonly title: string; readonly body: string; readonly image?: string };
  readonly webpush?: {
    readonly headers: Readonly<Record<string, string>>;
    readonly fcmOptions?: { readonly link: string };
    /** Options of `showNotification`; title and body are those of the message. */
    readonly notification?: Readonly<Record<string, unknown>>;
    /** Values are texts. */
    readonly data?: { readonly data: string };
  };
}

/** What a call to PushApi says of a notification for device tokens. */
export type FirebaseRequest = DeliveryInstructions &
  RequestedOptions &
  Pick<
    NotificationContent,
    'notificationTitle' | 'notificationBody' | 'notificationOnClickLink' | 'imageUrl' | 'badgeUrl'
  >;

/** Returns the recipient that a device token stands for. */
export function toFirebaseTarget(deviceToken: string): FirebaseTarget {
  return isInstallationId(deviceToken) ? { fid: deviceToken } : { token: deviceToken };
}

/**
 * Returns the recipient that may have taken the place of a token `FID:…` that is not registered (any more); a
 * page registers its browser by one of both (firebase.google.com, "Get started with FCM in Web apps").
 */
export function toLaterTarget(deviceToken: string): FirebaseTarget | undefined {
  const fid = findInstallationId(deviceToken);
  return fid === undefined ? undefined : { fid };
}

/**
 * The message in the form of FCM's v1 API, without its recipient. Options for the notification are those of
 * `WebpushConfig`; the customer's data is the JSON text `data` of its `data`, where Firebase's SDK hands it
 * to the page.
 */
export function toFirebaseMessage(request: FirebaseRequest): FirebaseContent {
  const { notificationTitle: title, notificationBody: body } = request;
  const image = toWebLink(request.imageUrl);
  const link = toWebLink(request.notificationOnClickLink);
  const options = readNotificationOptions(request);
  const shown = toShownOptions({ options, badgeUrl: request.badgeUrl });
  return {
    notification: { title, body, ...(image !== null && { image }) },
    webpush: {
      headers: deliveryHeaders(request),
      ...(link !== null && { fcmOptions: { link } }),
      ...(shown !== undefined && { notification: shown }),
      ...(options.data !== undefined && { data: { data: JSON.stringify(options.data) } }),
    },
  };
}
