import { toWebLink } from '../core/validation/written-url.js';
import { deliveryHeaders } from './delivery-options.dto.js';
import type { DeviceMessageRequest } from './push-api.dto.js';

/** A message in the form of FCM's v1 API (firebase.google.com, "REST Resource: projects.messages"). */
export interface FirebaseMessage {
  readonly token: string;
  readonly notification: { readonly title: string; readonly body: string; readonly image?: string };
  readonly webpush?: {
    readonly headers: Readonly<Record<string, string>>;
    readonly fcmOptions?: { readonly link: string };
  };
}

/** The message in the form of FCM's v1 API, without its recipient. */
export function toFirebaseMessage(request: DeviceMessageRequest): Omit<FirebaseMessage, 'token'> {
  const { notificationTitle: title, notificationBody: body } = request;
  const image = toWebLink(request.imageUrl);
  const link = toWebLink(request.notificationOnClickLink);
  return {
    notification: { title, body, ...(image !== null && { image }) },
    webpush: { headers: deliveryHeaders(request), ...(link !== null && { fcmOptions: { link } }) },
  };
}
