/**
 * What a visitor's browser receives as a push message, in JSON: written by the built-in PushApi, read by the service
 * worker. What does not apply is null, absent or empty.
 */
export interface PushPayload {
  readonly title: string;
  readonly body: string;
  readonly icon: string | null;
  readonly image: string | null;
  readonly data: PushPayloadData;
  readonly actions: readonly PushPayloadAction[];
}

/** What the worker needs when the notification was shown or clicked. */
export interface PushPayloadData {
  /** Also the notification's tag: a message that arrives twice replaces itself. */
  readonly messageId: string | null;
  readonly clickLink: string | null;
  readonly clickedEventEndpoint: string | null;
  readonly receivedEventEndpoint: string | null;
  /** Where to report the click on an action, by the action's name. */
  readonly actionEventEndpoints: Readonly<Record<string, string>>;
  /** What a click on an action opens, by the action's name. */
  readonly actionClickLinks: Readonly<Record<string, string>>;
}

export interface PushPayloadAction {
  readonly action: string;
  readonly title: string;
  readonly icon: string | null;
}
