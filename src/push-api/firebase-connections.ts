import type { JWT } from 'google-auth-library';
import { Pool } from 'undici';
import type { FirebaseSettings } from '../core/config/firebase-settings.js';
import { isAccessTokenRejected } from './firebase-code.js';
import type { FirebaseMessage } from './firebase-message.js';

const ORIGIN = 'https://fcm.googleapis.com';

/** firebase.google.com, "Authorize send requests". */
const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';

/** Requests under way to Firebase at once: one for each token. */
const CONNECTIONS = 100;

/** A response to one message is below 1 kB. */
const MAX_RESPONSE_BYTES = 65_536;

/** What Firebase says of one message. */
export interface FirebaseResponse {
  readonly status: number;
  /** The parsed body; undefined where it is not JSON. */
  readonly json: unknown;
}

/**
 * Pooled connections to FCM's v1 API, with an access token of the service account. Not the Admin SDK: its
 * errors hide the `details` that say whether the token is at fault, and it keeps an access token that was
 * rejected.
 */
export class FirebaseConnections {
  private readonly pool = new Pool(ORIGIN, { connections: CONNECTIONS, maxResponseSize: MAX_RESPONSE_BYTES });
  private account: JWT;

  private constructor(
    private readonly path: string,
    private readonly createAccount: () => JWT,
  ) {
    this.account = createAccount();
  }

  /** Loads Google's library, which an installation without Firebase is spared. */
  static async open({
    projectId,
    clientEmail: email,
    privateKey: key,
  }: FirebaseSettings): Promise<FirebaseConnections> {
    const google = await import('google-auth-library');
    const path = `/v1/projects/${encodeURIComponent(projectId)}/messages:send`;
    return new FirebaseConnections(path, () => new google.JWT({ email, key, scopes: [SCOPE] }));
  }

  /**
   * Posts one message; with `validateOnly` Firebase checks it without sending it. When the access token is
   * rejected, posts once more with a new one. Throws when there is no access token, no connection, or when
   * `signal` aborts.
   */
  async post(message: FirebaseMessage, validateOnly: boolean, signal: AbortSignal): Promise<FirebaseResponse> {
    const body = JSON.stringify(validateOnly ? { message, validate_only: true } : { message });
    const used = this.account;
    const response = await this.postWith(used, body, signal);
    if (!isAccessTokenRejected(response)) return response;
    // The first of the concurrent requests replaces the account, and with it the token, for all of them.
    if (this.account === used) this.account = this.createAccount();
    return this.postWith(this.account, body, signal);
  }

  /** Resolves when there is an access token, kept for an hour. Throws what Google's library does. */
  async assertAccess(): Promise<void> {
    await this.account.getAccessToken();
  }

  async close(): Promise<void> {
    await this.pool.close();
  }

  private async postWith(account: JWT, body: string, signal: AbortSignal): Promise<FirebaseResponse> {
    const { token } = await account.getAccessToken();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token ?? ''}` };
    const response = await this.pool.request({ method: 'POST', path: this.path, headers, body, signal });
    return { status: response.statusCode, json: parse(await response.body.text()) };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
