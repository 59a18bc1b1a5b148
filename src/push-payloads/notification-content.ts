import {
  type NotificationOptions,
  readNotificationOptions,
  type RequestedOptions,
} from '../core/validation/notification-options.js';
import type { FreeMap } from '../core/validation/request-map.js';

/** A button of a notification, as a call to PushApi has it. */
export interface ContentAction {
  readonly action: string;
  readonly title: string;
  readonly icon?: string | null;
  readonly link?: string | null;
}

/** What a call to PushApi says of the content of a notification. */
export interface SharedContent {
  readonly notificationTitle: string;
  readonly notificationBody: string;
  readonly notificationOnClickLink?: string | null;
  readonly imageUrl?: string | null;
  readonly iconUrl?: string | null;
  readonly messageId?: string | null;
  readonly badgeUrl?: string | null;
  /** Given where the tracking links have an `open`, for Safari; what that gets as its `fields`. */
  readonly openFields?: string | null;
  readonly actions?: readonly ContentAction[] | null;
}

/** What a notification shows and links to, the same for all subscriptions of a call. */
export interface NotificationContent extends SharedContent {
  readonly options?: NotificationOptions;
}

/** The tracking links of one contact; those of actions by their names in lower case. */
export interface ContentLinks {
  readonly clickedEventEndpoint?: string | null;
  readonly receivedEventEndpoint?: string | null;
  readonly actionEventEndpoints?: FreeMap | null;
}

/** Returns all that a notification shows and links to, without the recipients of its call. */
export function toContent(request: SharedContent & RequestedOptions): NotificationContent {
  const { notificationTitle, notificationBody, notificationOnClickLink, imageUrl, iconUrl, messageId } = request;
  const actions = (request.actions ?? []).map(({ action, title, icon, link }) => ({ action, title, icon, link }));
  const shown = { notificationTitle, notificationBody, notificationOnClickLink, imageUrl, iconUrl, messageId, actions };
  const { badgeUrl, openFields } = request;
  return { ...shown, badgeUrl, openFields, options: readNotificationOptions(request) };
}
