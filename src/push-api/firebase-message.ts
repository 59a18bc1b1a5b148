import { readNotificationOptions } from '../core/validation/notification-options.js';
import { toWebLink } from '../core/validation/written-url.js';
import { deliveryHeaders } from './delivery-options.dto.js';
import type { DeviceMessageRequest } from './push-api.dto.js';
import { toShownOptions } from './shown-options.js';

/** A message in the form of FCM's v1 API (firebase.google.com, "REST Resource: projects.messages"). */
export interface FirebaseMessage {
  readonly token: string;
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

/**
 * The message in the form of FCM's v1 API, without its recipient. Options for the notification are those of
 * `WebpushConfig`; the customer's data is the JSON text `data` of its `data`, where Firebase's SDK hands it
 * to the page.
 */
export function toFirebaseMessage(request: DeviceMessageRequest): Omit<FirebaseMessage, 'token'> {
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
