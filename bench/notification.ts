import type { ContactKind } from './seed.js';

/** The base of tracking links. */
export const PUBLIC_URL = 'https://push.example.com';

/** What every sender of the last mile sends: encrypted, some 800 bytes for each subscription. */
export const TITLE = 'The autumn collection is here';
export const BODY =
  'Coats, boots and scarves in forty colours. Everything that you looked at last week is still in your size, ' +
  'and until Sunday each second piece costs half of its price. Returning is free for sixty days.';
export const CLICK_LINK = 'https://shop.example.com/collections/autumn?source=push';

/** Bytes of a contact's and a message's encrypted id. */
const [CONTACT_ID_BYTES, MESSAGE_ID_BYTES] = [32, 48];

/** Bytes of a link's signature; its end has 4 characters. */
const MAC_BYTES = 16;

/** The messages' time to live in seconds: four weeks, the longest that all push services take. */
export const TTL_SECONDS = 2_419_200;

export interface TrackingLinks {
  readonly clickedEventEndpoint: string;
  readonly receivedEventEndpoint: string;
}

export interface SentSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** The recipients of a run; the browsers' or the devices' side of them is the simulator's. */
export type Recipients =
  | { readonly kind: 'subscriptions'; readonly subscriptions: readonly SentSubscription[] }
  | { readonly kind: 'tokens'; readonly tokens: readonly string[] };

export function recipientsOf(kind: ContactKind, items: readonly unknown[]): Recipients {
  return kind === 'tokens'
    ? { kind, tokens: items as readonly string[] }
    : { kind, subscriptions: items as readonly SentSubscription[] };
}

/** The links of the contact with this number, as long as the product's. */
export function trackingLinksOf(index: number): TrackingLinks {
  const id = (bytes: number): string => {
    const content = Buffer.alloc(bytes, index % 251);
    content.writeUInt32BE(index);
    return content.toString('base64url');
  };
  const base = `${PUBLIC_URL}/push-contacts/${id(CONTACT_ID_BYTES)}/messages/${id(MESSAGE_ID_BYTES)}`;
  const query = `?s=am5c${id(MAC_BYTES)}`;
  return { clickedEventEndpoint: `${base}/clicked${query}`, receivedEventEndpoint: `${base}/received${query}` };
}

/** The JSON that a browser receives, in the product's form. */
export function payloadFor(links: TrackingLinks): string {
  return JSON.stringify({
    title: TITLE,
    body: BODY,
    icon: null,
    image: null,
    data: { messageId: null, clickLink: CLICK_LINK, ...links, actionEventEndpoints: {}, actionClickLinks: {} },
    actions: [],
  });
}
