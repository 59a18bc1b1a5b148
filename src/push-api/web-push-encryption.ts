import webPush from 'web-push';

/** A subscription's keys in base64url: a point on P-256 of 65 bytes, and 16 bytes. */
interface SubscriptionKeys {
  readonly p256dh: string;
  readonly auth: string;
}

/**
 * Encrypts a payload for a subscription with a fresh key pair and salt (RFC 8291, content coding `aes128gcm`, RFC 8188).
 * Answers header and ciphertext. Throws for keys that are none.
 */
export function encryptPayload({ p256dh, auth }: SubscriptionKeys, payload: string | Buffer): Buffer {
  return webPush.encrypt(p256dh, auth, payload, 'aes128gcm').cipherText;
}
