import type { BaseMessage } from 'firebase-admin/messaging';
import { deliveryHeaders } from './delivery-options.dto.js';
import type { DeviceMessageRequest } from './push-api.dto.js';

/** The message in the form of FCM's v1 API, without its recipient. */
export function toFirebaseMessage(request: DeviceMessageRequest): BaseMessage {
  const { notificationTitle: title, notificationBody: body, imageUrl, notificationOnClickLink: link } = request;
  return {
    notification: { title, body, ...(imageUrl && { imageUrl }) },
    webpush: { headers: deliveryHeaders(request), ...(link && { fcmOptions: { link } }) },
  };
}
