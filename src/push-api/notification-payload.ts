import { toFreeRecord } from '../core/validation/free-record.js';
import { toWebLink } from '../core/validation/written-url.js';
import { jsonBytes, shortenedText } from './shortened-text.js';
import type { SubscriptionExtraData, WebPushRequest } from './web-push.dto.js';

/** Builds the JSON that a browser receives, for each subscription of a call. */
export class NotificationPayload {
  private readonly shortenedBodies = new Map<number, string | undefined>();

  constructor(private readonly request: WebPushRequest) {}

  /**
   * Returns the payload in at most `maxBytes` bytes of UTF-8. If needed, it shortens the body, and then the
   * title when an empty body is not enough. Returns undefined when the rest is still too long: links are
   * never cut.
   */
  jsonFor(extraData: SubscriptionExtraData | null | undefined, maxBytes: number): string | undefined {
    const { notificationTitle: title, notificationBody: body } = this.request;
    const whole = this.payload(title, body, extraData);
    const excess = Buffer.byteLength(whole) - maxBytes;
    if (excess <= 0) return whole;
    const bodyRoom = jsonBytes(body) - excess;
    const shortBody = this.shortenedBody(bodyRoom);
    if (shortBody !== undefined) return this.payload(title, shortBody, extraData);
    const shortTitle = shortenedText(title, jsonBytes(title) + bodyRoom - jsonBytes(''));
    return shortTitle === undefined ? undefined : this.payload(shortTitle, '', extraData);
  }

  /** Cached by size, because most subscriptions of a call leave the same room for the body. */
  private shortenedBody(maxBytes: number): string | undefined {
    if (this.shortenedBodies.has(maxBytes)) return this.shortenedBodies.get(maxBytes);
    const short =
      shortenedText(this.request.notificationBody, maxBytes) ?? (maxBytes >= jsonBytes('') ? '' : undefined);
    this.shortenedBodies.set(maxBytes, short);
    return short;
  }

  private payload(title: string, body: string, extraData: SubscriptionExtraData | null | undefined): string {
    const { notificationOnClickLink, imageUrl, iconUrl, messageId } = this.request;
    const actions = this.request.actions ?? [];
    const endpoints = extraData?.actionEventEndpoints;
    return JSON.stringify({
      title,
      body,
      icon: toWebLink(iconUrl),
      image: toWebLink(imageUrl),
      data: {
        // Tells the service worker, which may be the site's own, whose message it is.
        source: 'push-contact',
        messageId: messageId ?? null,
        clickLink: toWebLink(notificationOnClickLink),
        clickedEventEndpoint: toWebLink(extraData?.clickedEventEndpoint),
        receivedEventEndpoint: toWebLink(extraData?.receivedEventEndpoint),
        actionEventEndpoints: linksByAction(actions, ({ action }) => endpoints?.get(action.toLowerCase())),
        actionClickLinks: linksByAction(actions, ({ link }) => link),
      },
      actions: actions.map(({ action, title: name, icon }) => ({ action, title: name, icon: toWebLink(icon) })),
    });
  }
}

type Action = NonNullable<WebPushRequest['actions']>[number];

function linksByAction(
  actions: readonly Action[],
  read: (action: Action) => unknown,
): Readonly<Record<string, string>> {
  const entries = actions.map((action) => [action.action, toWebLink(read(action))] as const);
  return toFreeRecord(entries.filter((entry): entry is readonly [string, string] => entry[1] !== null));
}
