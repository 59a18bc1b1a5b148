import { toFreeRecord } from '../core/validation/free-record.js';
import { toWebLink } from '../core/validation/written-url.js';
import { members } from './json-members.js';
import type { ContentAction, ContentLinks, NotificationContent } from './notification-content.js';
import type { PayloadFormat } from './notification-payload.js';
import { toShownOptions } from './shown-options.js';

/** The JSON that the service worker reads, which shows it. */
export class ClassicFormat implements PayloadFormat {
  readonly copies = 1;
  readonly minBodyBytes = Number.NEGATIVE_INFINITY;
  private readonly actions: readonly ContentAction[];
  private readonly options: ReturnType<typeof toShownOptions>;

  constructor(private readonly content: NotificationContent) {
    this.actions = content.actions ?? [];
    this.options = toShownOptions(content);
  }

  prepare(title: string, body: string): (extraData: ContentLinks | null | undefined) => string {
    const { before, after } = this.surround(title, body);
    return (extraData) => before + this.links(extraData) + after;
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
  private links(extraData: ContentLinks | null | undefined): string {
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

function linksByAction(
  actions: readonly ContentAction[],
  read: (action: ContentAction) => unknown,
): Readonly<Record<string, string>> {
  const entries = actions.map((action) => [action.action, toWebLink(read(action))] as const);
  return toFreeRecord(entries.filter((entry): entry is readonly [string, string] => entry[1] !== null));
}
