/** Directions of text (Notifications standard, `NotificationDirection`). */
export const DIRECTIONS = ['auto', 'ltr', 'rtl'] as const;

export type Direction = (typeof DIRECTIONS)[number];

/** How a browser shows a notification; what is absent is the browser's choice. */
export interface NotificationOptions {
  readonly requireInteraction?: boolean;
  readonly silent?: boolean;
  readonly renotify?: boolean;
  readonly tag?: string;
  /** Milliseconds of vibration and pause in turn. */
  readonly vibrate?: readonly number[];
  /** A language tag (BCP 47). */
  readonly language?: string;
  readonly direction?: Direction;
  /** The customer's own, handed to the page that a click opens. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The options of a request, of which each may be absent or null. */
export type RequestedOptions = {
  readonly [Name in keyof NotificationOptions]?: NotificationOptions[Name] | null;
};

/** Returns the options that are given: neither absent, null nor an empty text. */
export function readNotificationOptions(request: RequestedOptions): NotificationOptions {
  const { requireInteraction, silent, renotify, tag, vibrate, language, direction, data } = request;
  const options = { requireInteraction, silent, renotify, tag, vibrate, language, direction, data };
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return Object.fromEntries(given);
}
