/** What came of trying to make the visitor a contact. */
export type WayResult =
  | { readonly status: 'subscribed'; readonly deviceToken: string }
  | { readonly status: 'ready' | 'refused' | 'denied' | 'failed' };

/** One way to make a visitor a contact: Web Push on the page's origin, Web Push on another one, Firebase. */
export interface Way {
  readonly isSupported: boolean;
  /** Finds the contact of an earlier visit, or makes one where permission was granted before; needs no gesture. */
  resume(): Promise<WayResult>;
  /** Asks for permission, at once, as it runs in a click's handler; then makes the contact. */
  subscribe(): Promise<WayResult>;
  leave(): Promise<void>;
}

/** Asks the browser for permission, then connects. */
export async function askAndConnect(connect: () => Promise<string>): Promise<WayResult> {
  return connectIfGranted(await Notification.requestPermission(), connect);
}

/** Connects where permission has been granted before. */
export async function connectIfGranted(
  permission: NotificationPermission,
  connect: () => Promise<string>,
): Promise<WayResult> {
  // A closed browser prompt leaves the permission as it was: the visitor has not decided.
  if (permission !== 'granted') return { status: permission === 'denied' ? 'denied' : 'ready' };
  try {
    return { status: 'subscribed', deviceToken: await connect() };
  } catch {
    return { status: 'failed' };
  }
}
