/** Why there is no contact; `detail` is for the site's developer. */
export interface Obstacle {
  readonly reason?: PushScriptReason;
  readonly detail?: string;
}

/**
 * The result of an attempt to register the visitor as a contact; `ready` means that the visitor has not
 * decided.
 */
export type ChannelResult =
  | { readonly status: 'subscribed'; readonly deviceToken: string }
  | ({ readonly status: 'ready' | 'refused' | 'denied' | 'failed' | 'left' } & Obstacle);

/** How to find the contact of an earlier visit. */
interface Resuming {
  /** Asks the API about the contact now, and not once a day. */
  readonly mustAsk?: boolean;
  /** Registers nobody who is no contact of an earlier visit. */
  readonly isManual?: boolean;
}

/**
 * Registers visitors as contacts by Web Push on the page's origin, Web Push on another origin, or Firebase.
 */
export interface SubscriptionChannel {
  /** Why this browser cannot receive pushes on this page; undefined where it can. */
  readonly obstacle: PushScriptReason | undefined;
  /**
   * Finds the contact of an earlier visit, or registers one if permission is granted; needs no user gesture.
   * A contact that the API has pruned is registered again. Throws a Failure when it cannot be found out.
   */
  resume(how?: Resuming): Promise<ChannelResult>;
  /** Requests permission, then registers the contact. Must be called in the handler of a click. */
  subscribe(): Promise<ChannelResult>;
  /** Ends the subscription and the contact. Throws a Failure when that fails. */
  leave(): Promise<void>;
  /** Tells the API what it did not get of `leave` on an earlier page; may reject. */
  finishLeaving?(): Promise<void>;
}

/** Registers a contact of the page's origin, on which the permission is granted. */
export interface Connection {
  /**
   * Registers the contact, unless it is one, and resolves with its device token. Throws a Failure.
   * @param mustAsk asks the API about a known contact now, and not once a day.
   */
  connect(mustAsk: boolean): Promise<string>;
  /** Ends the subscription and the contact. Throws a Failure when that fails. */
  leave(): Promise<void>;
  /** Tells the API that the browser has withdrawn the permission of the contact. Never rejects. */
  withdraw(): Promise<void>;
}
