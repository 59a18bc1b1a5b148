// Types of PushScript for pages that use it. Copy this file into your project, or refer to it in
// tsconfig.json.

/**
 * - `starting`: PushScript loads the domain's configuration from the API
 * - `unsupported`: Web Push does not work here (old browser, insecure page, iOS outside a home-screen app)
 * - `disabled`: the domain's push feature is off, or the API does not know the domain
 * - `ready`: the visitor can be asked
 * - `asking`: the soft prompt is shown
 * - `subscribing`: the visitor has accepted; permission, push service and API are asked
 * - `refused`: the visitor refused the soft prompt, which is not shown again for a while
 * - `denied`: the visitor blocks notifications in the browser's settings
 * - `subscribed`: the visitor is a push contact
 * - `left`: the visitor was a push contact and has unsubscribed
 * - `failed`: the push service or the API was unreachable or refused, or the site is not set up; the next
 *   page tries again
 */
type PushScriptStatus =
  | 'starting'
  | 'unsupported'
  | 'disabled'
  | 'ready'
  | 'asking'
  | 'subscribing'
  | 'refused'
  | 'denied'
  | 'subscribed'
  | 'left'
  | 'failed';

/** Why the visitor is no contact; docs/push-script.md says what each reason means and what to do. */
type PushScriptReason =
  | 'domain-missing'
  | 'tag-invalid'
  | 'domain-unknown'
  | 'feature-disabled'
  | 'insecure-page'
  | 'page-sandboxed'
  | 'browser-unsupported'
  | 'home-screen-needed'
  | 'private-window'
  | 'permission-denied'
  | 'permission-dismissed'
  | 'permission-blocked'
  | 'permission-revoked'
  | 'frame-blocked'
  | 'file-unavailable'
  | 'api-unreachable'
  | 'api-blocked-by-csp'
  | 'api-timeout'
  | 'api-refused'
  | 'api-error'
  | 'vapid-key-missing'
  | 'vapid-key-invalid'
  | 'worker-not-found'
  | 'worker-wrong-type'
  | 'worker-blocked-by-csp'
  | 'worker-refused'
  | 'worker-failed'
  | 'worker-timeout'
  | 'push-service-unreachable'
  | 'push-service-timeout'
  | 'push-refused'
  | 'token-unavailable'
  | 'token-invalid'
  | 'popup-blocked'
  | 'popup-closed'
  | 'contact-pruned'
  | 'storage-unavailable'
  | 'email-invalid'
  | 'not-subscribed'
  | 'unexpected';

/** `window.pushScript`, once the script has loaded. No method throws or rejects. */
interface PushScript {
  readonly status: PushScriptStatus;
  /** Why the status is as it is; null where nothing is wrong. */
  readonly reason: PushScriptReason | null;
  /** Why the last `setEmail` resolved with false; null after true. */
  readonly emailReason: PushScriptReason | null;
  /** Writes each step to the console. Also `?pushscript-debug` in the page's address. */
  debug: boolean;
  /** The contact's device token; null while there is no contact. */
  readonly deviceToken: string | null;
  /** The visitor's guid: the one that the page set, or one that PushScript created and stored. */
  readonly visitorGuid: string;
  /**
   * Shows the soft prompt, even after a refusal. Resolves with the status after the visitor's choice; without
   * a prompt when the browser's permission is given or blocked already.
   */
  ask(): Promise<PushScriptStatus>;
  /** Subscribes without the soft prompt. Call it in the handler of a click, or the browser does not ask. */
  subscribe(): Promise<PushScriptStatus>;
  /**
   * Sends the visitor's e-mail, without spaces around it, to the API, or stores it until the visitor is a
   * contact. Resolves with true when the API accepted it; otherwise `emailReason` says why not.
   */
  setEmail(email: string): Promise<boolean>;
  /** Sets the guid for a visitor that is not a contact yet; a contact keeps its guid. */
  setVisitorGuid(visitorGuid: string): void;
  /** Ends subscription and contact. The visitor is not asked again until `ask` or `subscribe` is called. */
  leave(): Promise<PushScriptStatus>;
}

/**
 * Settings of the tag, which may be in `window.pushScriptOptions` as well: `laterDays` is the attribute
 * `data-later-days`. Attributes come first.
 */
interface PushScriptSettings {
  /** Address of the API. */
  readonly api?: string;
  readonly visitorGuid?: string;
  readonly worker?: string;
  readonly scope?: string;
  /** `manual`: nobody is asked, nor subscribed, until the page calls `ask()` or `subscribe()`. */
  readonly prompt?: 'manual';
  /** Seconds before the soft prompt. */
  readonly delay?: number;
  /** Days until a refused soft prompt is shown again. */
  readonly askAgainDays?: number;
  /** Days until a soft prompt that was closed without a decision is shown again. */
  readonly laterDays?: number;
  readonly theme?: 'light' | 'dark' | 'auto';
  /** Language of the soft prompt. */
  readonly lang?: string;
  readonly color?: string;
  readonly title?: string;
  readonly text?: string;
  readonly accept?: string;
  readonly refuse?: string;
  readonly close?: string;
  /** Texts for a contact whose permission the browser has withdrawn. */
  readonly backTitle?: string;
  readonly backText?: string;
  /** Tells visitors on iOS how to add the site to the home screen; off unless true. */
  readonly homeScreenHint?: boolean;
  readonly hintTitle?: string;
  readonly hintText?: string;
}

/** The Firebase of a page: the SDK's module, as `import * as sdk from 'firebase/messaging'` gives it. */
interface PushScriptFirebase {
  readonly sdk: {
    getToken?(messaging: unknown, options?: object): Promise<string>;
    deleteToken?(messaging: unknown): Promise<unknown>;
    register?(messaging: unknown, options?: object): Promise<void>;
    unregister?(messaging: unknown): Promise<unknown>;
    onRegistered?(messaging: unknown, next: (installationId: string) => void): unknown;
  };
  /** What `getMessaging()` returns. */
  readonly messaging: unknown;
  /** The options of `register()` and `getToken()`: `{ vapidKey: '…' }`. */
  readonly options?: object;
}

/** `window.pushScriptOptions`, set before the script runs. */
interface PushScriptOptions extends PushScriptSettings {
  /** The domain, for a tag without `data-domain` and without `?domain=` in the script's address. */
  readonly domain?: string;
  /**
   * For pages with Firebase: PushScript registers the browser by its installation id where the SDK can
   * (`register`), otherwise by its token. Or write the functions below.
   */
  readonly firebase?: PushScriptFirebase;
  /** For pages with Firebase: resolves with the device token. Called after permission is granted. */
  readonly getFirebaseToken?: () => Promise<string>;
  /** Deletes Firebase's device token. Called by `leave()`. */
  readonly deleteFirebaseToken?: () => Promise<unknown>;
}

interface Window {
  pushScript?: PushScript;
  pushScriptOptions?: PushScriptOptions;
  /**
   * Callbacks to run once the script has loaded: `(window.pushScriptQueue ||= []).push((pushScript) => …)`.
   */
  pushScriptQueue?: { push(callback: (pushScript: PushScript) => void): unknown };
}

interface DocumentEventMap {
  /** Dispatched on the document when the status changes. */
  'pushscript:status': CustomEvent<{
    readonly status: PushScriptStatus;
    readonly deviceToken: string | null;
    readonly reason: PushScriptReason | null;
  }>;
}
