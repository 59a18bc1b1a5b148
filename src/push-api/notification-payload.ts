import type { NotificationOptions } from '../core/validation/notification-options.js';
import { toFreeRecord } from '../core/validation/free-record.js';
import { toWebLink } from '../core/validation/written-url.js';
import { jsonBytes, shortenedText } from './shortened-text.js';
import { toShownOptions } from './shown-options.js';
import type { SubscriptionExtraData, WebPushRequest } from './web-push.dto.js';

/** What a notification shows and links to, the same for all subscriptions of a call. */
export interface NotificationContent extends Pick<
  WebPushRequest,
  | 'notificationTitle'
  | 'notificationBody'
  | 'notificationOnClickLink'
  | 'imageUrl'
  | 'iconUrl'
  | 'messageId'
  | 'actions'
  | 'badgeUrl'
> {
  readonly options?: NotificationOptions;
}

/** Builds the JSON that a browser receives, for each subscription of a call. */
export class NotificationPayload {
  private readonly shortenedBodies = new Map<number, string | undefined>();
  private readonly actions: readonly Action[];
  private readonly options: ReturnType<typeof toShownOptions>;
  private readonly whole: Surroundings;

  constructor(private readonly content: NotificationContent) {
    this.actions = content.actions ?? [];
    this.options = toShownOptions(content);
    this.whole = this.surround(content.notificationTitle, content.notificationBody);
  }

  /**
   * Returns the payload in at most `maxBytes` bytes of UTF-8. If needed, it shortens the body, and then the
   * title when an empty body is not enough. Returns undefined when the rest is still too long: links and data
   * are never cut.
   */
  jsonFor(extraData: SubscriptionExtraData | null | undefined, maxBytes: number): string | undefined {
    const { notificationTitle: title, notificationBody: body } = this.content;
    const whole = fill(this.whole, this.links(extraData));
    const excess = Buffer.byteLength(whole) - maxBytes;
    if (excess <= 0) return whole;
    const bodyRoom = jsonBytes(body) - excess;
    const shortBody = this.shortenedBody(bodyRoom);
    if (shortBody !== undefined) return fill(this.surround(title, shortBody), this.links(extraData));
    const shortTitle = shortenedText(title, jsonBytes(title) + bodyRoom - jsonBytes(''));
    return shortTitle === undefined ? undefined : fill(this.surround(shortTitle, ''), this.links(extraData));
  }

  /** Cached by size, because most subscriptions of a call leave the same room for the body. */
  private shortenedBody(maxBytes: number): string | undefined {
    if (this.shortenedBodies.has(maxBytes)) return this.shortenedBodies.get(maxBytes);
    const short =
      shortenedText(this.content.notificationBody, maxBytes) ?? (maxBytes >= jsonBytes('') ? '' : undefined);
    this.shortenedBodies.set(maxBytes, short);
    return short;
  }

  /** Serializes what is the same for all subscriptions. */
  private surround(title: string, body: string): Surroundings {
    const { notificationOnClickLink, imageUrl, iconUrl, messageId, options } = this.content;
    const shown = { title, body, icon: toWebLink(iconUrl), image: toWebLink(imageUrl) };
    const data = {
      // Tells the service worker, which may be the site's own, whose message it is.
      source: 'push-contact',
      messageId: messageId ?? null,
      clickLink: toWebLink(notificationOnClickLink),
    };
    const actionClickLinks = linksByAction(this.actions, ({ link }) => link);
    const actions = this.actions.map(({ action, title: name, icon }) => {
      return { action, title: name, icon: toWebLink(icon) };
    });
    const own = options?.data === undefined ? {} : { data: options.data };
    const shownOptions = this.options === undefined ? {} : { options: this.options };
    return {
      before: `{${members(shown)},"data":{${members(data)},`,
      after: `,${members({ actionClickLinks, ...own })}},${members({ actions, ...shownOptions })}}`,
    };
  }

  /** Serializes what each subscription has of its own. */
  private links(extraData: SubscriptionExtraData | null | undefined): string {
    const endpoints = extraData?.actionEventEndpoints;
    return members({
      clickedEventEndpoint: toWebLink(extraData?.clickedEventEndpoint),
      receivedEventEndpoint: toWebLink(extraData?.receivedEventEndpoint),
      actionEventEndpoints: linksByAction(this.actions, ({ action }) => endpoints?.get(action.toLowerCase())),
    });
  }
}

/** Serialized JSON before and after the members that each subscription has of its own. */
interface Surroundings {
  readonly before: string;
  readonly after: string;
}

function fill({ before, after }: Surroundings, links: string): string {
  return before + links + after;
}

/** Serializes an object without its braces. */
function members(object: object): string {
  return JSON.stringify(object).slice(1, -1);
}

type Action = NonNullable<WebPushRequest['actions']>[number];

function linksByAction(
  actions: readonly Action[],
  read: (action: Action) => unknown,
): Readonly<Record<string, string>> {
  const entries = actions.map((action) => [action.action, toWebLink(read(action))] as const);
  return toFreeRecord(entries.filter((entry): entry is readonly [string, string] => entry[1] !== null));
}
