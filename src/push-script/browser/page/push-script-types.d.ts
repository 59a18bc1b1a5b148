// Types of PushScript for the page that it is on. Copy this file into your project, or refer to it in tsconfig.json.

/**
 * - `starting`: asking the API whether the domain may push
 * - `unsupported`: this browser cannot, or not here (an insecure page, iOS outside a home-screen app)
 * - `disabled`: the domain's push feature is off, or the API does not know the domain
 * - `ready`: the visitor can be asked
 * - `asking`: the soft prompt is shown
 * - `refused`: the visitor said no to the soft prompt, which stays away for a while
 * - `denied`: the visitor blocks notifications in the browser's own settings
 * - `subscribed`: the visitor is a push contact
 * - `left`: the visitor was one and has left
 * - `failed`: the push service or the API did not answer; the next page tries again
 */
type PushScriptStatus =
  | 'starting'
  | 'unsupported'
  | 'disabled'
  | 'ready'
  | 'asking'
  | 'refused'
  | 'denied'
  | 'subscribed'
  | 'left'
  | 'failed';

/** `window.pushScript`, once the script has loaded. No method throws or rejects. */
interface PushScript {
  readonly status: PushScriptStatus;
  /** The contact's device token; null while there is no contact. */
  readonly deviceToken: string | null;
  /** The visitor's guid: the page's own, or one that PushScript has made and keeps. */
  readonly visitorGuid: string;
  /** Shows the soft prompt, also when it was refused before; answers the status after the visitor's choice. */
  ask(): Promise<PushScriptStatus>;
  /** Skips the soft prompt. Call it in a click's handler, or the browser does not ask. */
  subscribe(): Promise<PushScriptStatus>;
  /** Hands over the visitor's e-mail; without a contact yet it is kept for later. True once the API has it. */
  setEmail(email: string): Promise<boolean>;
  /** Sets the guid of a visitor who is no contact yet; a contact's guid stays. */
  setVisitorGuid(visitorGuid: string): void;
  /** Ends the subscription and remembers it: the visitor is not asked again until `ask` or `subscribe` is called. */
  leave(): Promise<PushScriptStatus>;
}

/** `window.pushScriptOptions`, set before the script runs. */
interface PushScriptOptions {
  /** The page uses Firebase: answers its device token. Called when permission is granted. */
  readonly getFirebaseToken?: () => Promise<string>;
  /** Deletes Firebase's device token; called by `leave()`. */
  readonly deleteFirebaseToken?: () => Promise<unknown>;
}

interface Window {
  pushScript?: PushScript;
  pushScriptOptions?: PushScriptOptions;
  /** Callbacks for when the script has loaded: `(window.pushScriptQueue ||= []).push((pushScript) => …)`. */
  pushScriptQueue?: { push(callback: (pushScript: PushScript) => void): unknown };
}

interface DocumentEventMap {
  /** Dispatched at the document whenever the status changes. */
  'pushscript:status': CustomEvent<{ readonly status: PushScriptStatus; readonly deviceToken: string | null }>;
}
