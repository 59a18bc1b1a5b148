import type { ContentLinks, NotificationContent } from './notification-content.js';
import { type FirebaseRequest, toFirebaseMessage } from './firebase-message.js';
import { encryptedBytesOf, FIREBASE_LIMIT_BYTES, maxEncryptedBytes, plainBytesFor } from './payload-limit.js';
import { ServicePayloads } from './service-payloads.js';

/** A text of a notification that is shortened where all of it is too long. */
type Shortened = 'title' | 'body';

/** How large a notification is for one push service. */
export interface PayloadSize {
  readonly format: 'classic' | 'declarative' | 'firebase';
  /** What is sent; of what does not fit, all of it. */
  readonly bytes: number;
  /** Before title and body are shortened. */
  readonly wholeBytes: number;
  readonly limitBytes: number;
  /** False: it is not sent to this service at all, because links, actions and data alone are too long. */
  readonly fits: boolean;
  readonly shortened: readonly Shortened[];
  readonly title: string;
  readonly body: string;
}

/** The members of a payload that say how it was made. */
interface Sent {
  readonly title: string;
  readonly body: string;
  readonly web_push?: number;
}

/** Measures the encrypted body (RFC 8291) that the push service of this URL gets for one contact. */
export function measureWebPush(content: NotificationContent, links: ContentLinks, service: URL): PayloadSize {
  const payload = new ServicePayloads(content).for(service);
  const limitBytes = maxEncryptedBytes(service);
  const whole = payload.jsonFor(links, Number.POSITIVE_INFINITY) ?? '';
  const fitting = payload.jsonFor(links, plainBytesFor(limitBytes));
  const { title, body, web_push: webPush } = JSON.parse(fitting ?? whole) as Sent;
  return {
    format: webPush === undefined ? 'classic' : 'declarative',
    bytes: encryptedBytesOf(fitting ?? whole),
    wholeBytes: encryptedBytesOf(whole),
    limitBytes,
    fits: fitting !== undefined,
    shortened: findShortened(content, { title, body }),
    title,
    body,
  };
}

/**
 * Measures what Firebase gets, which is never shortened. Which members Firebase counts is not documented, so
 * all but the device token are.
 */
export function measureFirebase(request: FirebaseRequest): PayloadSize {
  const bytes = Buffer.byteLength(JSON.stringify(toFirebaseMessage(request)));
  return {
    format: 'firebase',
    bytes,
    wholeBytes: bytes,
    limitBytes: FIREBASE_LIMIT_BYTES,
    fits: bytes <= FIREBASE_LIMIT_BYTES,
    shortened: [],
    title: request.notificationTitle,
    body: request.notificationBody,
  };
}

function findShortened(
  { notificationTitle, notificationBody }: NotificationContent,
  { title, body }: Pick<Sent, 'title' | 'body'>,
): Shortened[] {
  return [
    ...(title === notificationTitle ? [] : (['title'] as const)),
    ...(body === notificationBody ? [] : (['body'] as const)),
  ];
}
