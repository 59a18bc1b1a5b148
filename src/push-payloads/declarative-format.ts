import { toWebLink } from '../core/validation/written-url.js';
import { ClassicFormat } from './classic-format.js';
import { members } from './json-members.js';
import type { ContentLinks, NotificationContent } from './notification-content.js';
import type { PayloadFormat } from './notification-payload.js';
import { toShownOptions } from './shown-options.js';

/** Tells a declarative push message from other JSON (W3C Push API, "Declarative push message"). */
const WEB_PUSH = 8030;

/** More than Safari shows of a body: below it, links take so much that the classic form says more. */
const MIN_BODY_BYTES = 400;

/** What is before the last word of the path, and the query, which signs the link. */
const RECEIVED = /^([^?#]*)\/received(?:\?([^#]*))?$/;

/** The URL that a click opens, without an action or on the one of this name; null when there is none. */
type Navigate = (action?: { readonly action: string; readonly link?: string | null }) => string | null;

/**
 * The JSON that Safari shows without a service worker (webkit.org, "Meet Declarative Web Push"; W3C Push
 * API, "Declarative push message"). The classic members are beside it, for a browser that does not know the
 * form. No header tells of it.
 *
 * - `mutable` lets Safari dispatch a push event, in which our worker reports the receipt; without a worker,
 *   or when that shows nothing, Safari shows what is declared.
 * - Safari opens `navigate` itself and tells no worker of the click: it is `…/open`, which counts the click.
 *   Without tracking links it is the link of the message.
 */
export class DeclarativeFormat implements PayloadFormat {
  readonly copies = 2;
  readonly minBodyBytes = MIN_BODY_BYTES;
  private readonly classic: ClassicFormat;

  constructor(private readonly content: NotificationContent) {
    this.classic = new ClassicFormat(content);
  }

  /** A message that would open nothing cannot be declared. */
  prepare(title: string, body: string): (extraData: ContentLinks | null | undefined) => string | undefined {
    const serializeClassic = this.classic.prepare(title, body);
    const shown = members({ title, body, ...this.shown() });
    return (extraData) => {
      const navigate = this.navigateBy(extraData);
      const url = navigate();
      if (url === null) return undefined;
      const own = members({ navigate: url, actions: this.actions(navigate), data: this.data(extraData) });
      const declared = `"web_push":${WEB_PUSH},"mutable":true,"notification":{${shown},${own}}`;
      return `{${declared},${serializeClassic(extraData).slice(1)}`;
    };
  }

  private shown(): object {
    const { messageId, iconUrl, imageUrl } = this.content;
    const [icon, image] = [toWebLink(iconUrl), toWebLink(imageUrl)];
    return {
      ...(messageId && { tag: messageId }),
      ...(icon !== null && { icon }),
      ...(image !== null && { image }),
      ...toShownOptions(this.content),
    };
  }

  /** An action needs a URL of its own; one without a link opens the message's. */
  private actions(navigate: Navigate): object[] {
    return (this.content.actions ?? []).map(({ action, title, icon, link }) => {
      const iconUrl = toWebLink(icon);
      return { action, title, navigate: navigate({ action, link }), ...(iconUrl !== null && { icon: iconUrl }) };
    });
  }

  /** What the worker reports, and what a page may read. */
  private data(extraData: ContentLinks | null | undefined): object {
    const { messageId, options } = this.content;
    return {
      source: 'push-contact',
      messageId: messageId ?? null,
      receivedEventEndpoint: toWebLink(extraData?.receivedEventEndpoint),
      ...(options?.data !== undefined && { data: options.data }),
    };
  }

  private navigateBy(extraData: ContentLinks | null | undefined): Navigate {
    const { notificationOnClickLink, openFields } = this.content;
    const receipts = toWebLink(extraData?.receivedEventEndpoint);
    if (receipts === null && toWebLink(extraData?.clickedEventEndpoint) === null) {
      return (action) => toWebLink(action?.link) ?? toWebLink(notificationOnClickLink);
    }
    // Without fields the caller has no such route: its clicks are counted by the worker alone.
    const [, base, signature = ''] = RECEIVED.exec(receipts ?? '') ?? [];
    if (base === undefined || typeof openFields !== 'string') return () => null;
    return (action) => {
      const query = [
        ...(signature === '' ? [] : [signature]),
        ...(action === undefined ? [] : [`action=${encodeURIComponent(action.action)}`]),
        ...(openFields === '' ? [] : [`fields=${openFields}`]),
      ];
      return query.length === 0 ? `${base}/open` : `${base}/open?${query.join('&')}`;
    };
  }
}
