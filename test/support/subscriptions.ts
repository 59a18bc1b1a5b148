import { createECDH, type ECDH, randomBytes } from 'node:crypto';
import { decryptPush } from '../../src/simulator/subscriptions/message-decryption.js';

/** A subscription as a browser creates one, including the private key that never leaves the browser. */
export class TestSubscription {
  readonly p256dh: string;
  readonly auth: string;

  constructor(
    readonly endpoint: string,
    private readonly browser: ECDH = newKey(),
    private readonly secret: Buffer = randomBytes(16),
  ) {
    this.p256dh = browser.getPublicKey('base64url');
    this.auth = secret.toString('base64url');
  }

  /** In the form of the API's requests. */
  get forApi(): { endPoint: string; keys: { p256DH: string; auth: string } } {
    return { endPoint: this.endpoint, keys: { p256DH: this.p256dh, auth: this.auth } };
  }

  /** In the form of PushApi's requests. */
  get forPushApi(): { endpoint: string; p256DH: string; auth: string } {
    return { endpoint: this.endpoint, p256DH: this.p256dh, auth: this.auth };
  }

  /** Decrypts the body of a message. Throws if it was encrypted for another subscription. */
  decrypt(body: Buffer): string {
    return decryptPush(body, { keys: this.browser, auth: this.secret });
  }
}

function newKey(): ECDH {
  const key = createECDH('prime256v1');
  key.generateKeys();
  return key;
}
