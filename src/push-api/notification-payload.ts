import { jsonBytes, shortenedText } from './shortened-text.js';
import type { SubscriptionExtraData, WebPushRequest } from './web-push.dto.js';

/** The JSON that a browser receives, made for each subscription of a call. */
export class NotificationPayload {
  private readonly shortenedBodies = new Map<number, string | undefined>();

  constructor(private readonly request: WebPushRequest) {}

  /**
   * The payload in at most `maxBytes` bytes of UTF-8: the body is shortened where it must be, and the title when all of the
   * body was not enough. Undefined when what is left is still too long: links are never cut.
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

  /** Most subscriptions of a call leave the same room for the body. */
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
    const endpoints = extraData?.actionEventEndpoints ?? {};
    return JSON.stringify({
      title,
      body,
      icon: iconUrl ?? null,
      image: imageUrl ?? null,
      data: {
        messageId: messageId ?? null,
        clickLink: notificationOnClickLink ?? null,
        clickedEventEndpoint: extraData?.clickedEventEndpoint ?? null,
        receivedEventEndpoint: extraData?.receivedEventEndpoint ?? null,
        actionEventEndpoints: textsByAction(actions, ({ action }) => endpoints[action.toLowerCase()]),
        actionClickLinks: textsByAction(actions, ({ link }) => link),
      },
      actions: actions.map(({ action, title: name, icon }) => ({ action, title: name, icon: icon ?? null })),
    });
  }
}

type Action = NonNullable<WebPushRequest['actions']>[number];

function textsByAction(actions: readonly Action[], textOf: (action: Action) => unknown): Record<string, string> {
  const entries = actions.map((action) => [action.action, textOf(action)] as const);
  return Object.fromEntries(
    entries.filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string' && entry[1] !== ''),
  );
}
