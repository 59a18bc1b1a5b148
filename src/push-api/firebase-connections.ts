import type { JWT } from 'google-auth-library';
import type { FirebaseSettings } from '../core/config/firebase-settings.js';
import type { CallDeadline } from './call-deadline.js';
import { isAccessTokenRejected } from './firebase-code.js';
import type { FirebaseMessage } from '../push-payloads/firebase-message.js';
import { PushServiceConnections } from './push-service-connections.js';
import type { PushServiceResponse } from './push-service-response.js';
import type { Refusal } from './send-outcome.js';

const ORIGIN = 'https://fcm.googleapis.com';

/** firebase.google.com, "Authorize send requests". */
const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';

/** A response to one message is below 1 kB; its JSON is of use only when it is whole. */
const MAX_BODY_BYTES = 65_536;

/** What Firebase says of one message. */
export interface FirebaseResponse extends PushServiceResponse {
  /** The parsed body; undefined where it is not JSON. */
  readonly json: unknown;
}

/**
 * Connections to FCM's v1 API, by HTTP/2, with an access token of the service account. Not the Admin SDK: its
 * errors hide the `details` that say whether the token is at fault, and it keeps an access token that was
 * rejected.
 */
export class FirebaseConnections {
  private readonly connections = new PushServiceConnections();
  private account: JWT;

  private constructor(
    private readonly url: URL,
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
    const url = new URL(`/v1/projects/${encodeURIComponent(projectId)}/messages:send`, ORIGIN);
    return new FirebaseConnections(url, () => new google.JWT({ email, key, scopes: [SCOPE] }));
  }

  /**
   * Posts one message; with `validateOnly` Firebase checks it without sending it. When the access token is
   * rejected, posts once more with a new one. Resolves with a refusal when there is no response. Throws when
   * there is no access token.
   */
  async post(
    message: FirebaseMessage,
    validateOnly: boolean,
    deadline: CallDeadline,
  ): Promise<FirebaseResponse | Refusal> {
    const body = Buffer.from(JSON.stringify(validateOnly ? { message, validate_only: true } : { message }));
    const used = this.account;
    const response = await this.postWith(used, body, deadline);
    if ('kind' in response || !isAccessTokenRejected(response)) return response;
    // The first of the concurrent requests replaces the account, and with it the token, for all of them.
    if (this.account === used) this.account = this.createAccount();
    return this.postWith(this.account, body, deadline);
  }

  /** Resolves when there is an access token, kept for an hour. Throws what Google's library does. */
  async assertAccess(): Promise<void> {
    await this.account.getAccessToken();
  }

  async close(): Promise<void> {
    await this.connections.close();
  }

  private async postWith(account: JWT, body: Buffer, deadline: CallDeadline): Promise<FirebaseResponse | Refusal> {
    const { token } = await account.getAccessToken();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token ?? ''}` };
    // The host is ours and no caller's, and may have a private address in a network of its own.
    const response = await this.connections.post(this.url, 'named', {
      headers,
      body,
      deadline,
      maxBodyBytes: MAX_BODY_BYTES,
    });
    return 'kind' in response ? response : { ...response, json: parse(response.details) };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
