/**
 * The JSON of a push message: the built-in PushApi writes it, the service worker reads it. Fields without a
 * value are null, absent or empty.
 */
export interface PushPayload {
  readonly title: string;
  readonly body: string;
  readonly icon: string | null;
  readonly image: string | null;
  readonly data: PushPayloadData;
  readonly actions: readonly PushPayloadAction[];
  /** Absent in messages without any, and of earlier versions. */
  readonly options?: PushPayloadOptions;
}

/** Further options of `showNotification`, under its names. */
export interface PushPayloadOptions {
  readonly requireInteraction?: boolean;
  readonly silent?: boolean;
  readonly renotify?: boolean;
  readonly tag?: string;
  readonly badge?: string;
  readonly vibrate?: readonly number[];
  readonly lang?: string;
  readonly dir?: 'auto' | 'ltr' | 'rtl';
}

/** Marks what this product sends; other messages of the same worker are the site's own. */
export const PAYLOAD_SOURCE = 'push-contact';

/** What the worker needs after it has shown the notification, and when the visitor clicks it. */
export interface PushPayloadData {
  /** Absent in messages of earlier versions and of Doppler's own PushApi. */
  readonly source?: typeof PAYLOAD_SOURCE;
  /** Also the notification's tag, so that a message that arrives twice is shown once. */
  readonly messageId: string | null;
  readonly clickLink: string | null;
  readonly clickedEventEndpoint: string | null;
  readonly receivedEventEndpoint: string | null;
  /** URLs to which a click on an action is reported, by action name. */
  readonly actionEventEndpoints: Readonly<Record<string, string>>;
  /** URLs that a click on an action opens, by action name. */
  readonly actionClickLinks: Readonly<Record<string, string>>;
  /** The customer's own, handed to the page that a click opens or focuses. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface PushPayloadAction {
  readonly action: string;
  readonly title: string;
  readonly icon: string | null;
}
