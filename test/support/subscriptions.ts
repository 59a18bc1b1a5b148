import { createDecipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from 'node:crypto';

const SALT_BYTES = 16;
const HEADER_BYTES = 21;
const TAG_BYTES = 16;

/** A subscription as a browser makes one, with the private half that only the browser has. */
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

  /** What the browser reads in a message's body (RFC 8188, section 2; RFC 8291, section 3). Throws when it is not for it. */
  decrypt(body: Buffer): string {
    const salt = body.subarray(0, SALT_BYTES);
    const senderKey = body.subarray(HEADER_BYTES, HEADER_BYTES + (body[HEADER_BYTES - 1] ?? 0));
    const record = body.subarray(HEADER_BYTES + senderKey.length);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.browser.getPublicKey(), senderKey]);
    const inputKey = derive(this.browser.computeSecret(senderKey), this.secret, info, 32);
    const key = derive(inputKey, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
    const nonce = derive(inputKey, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAuthTag(record.subarray(-TAG_BYTES));
    const plain = Buffer.concat([decipher.update(record.subarray(0, -TAG_BYTES)), decipher.final()]);
    // The last record ends in a delimiter of 2 and padding of zeros.
    const end = plain.findLastIndex((byte) => byte !== 0);
    if (plain[end] !== 2) throw new Error('The record has no delimiter');
    return plain.subarray(0, end).toString('utf8');
  }
}

function derive(key: Buffer, salt: Buffer, info: Buffer, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, info, bytes));
}

function newKey(): ECDH {
  const key = createECDH('prime256v1');
  key.generateKeys();
  return key;
}
