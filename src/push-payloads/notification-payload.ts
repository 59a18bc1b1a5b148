import { ClassicFormat } from './classic-format.js';
import { jsonBytes, shortenedText } from './shortened-text.js';
import type { ContentLinks, NotificationContent } from './notification-content.js';

type ExtraData = ContentLinks | null | undefined;

/** Serializes the JSON of one subscription; undefined for one that the format cannot express. */
export type Serialize = (extraData: ExtraData) => string | undefined;

/** A form of the JSON that a browser receives. */
export interface PayloadFormat {
  /** How often title and body are in it. */
  readonly copies: number;
  /** A longer body is not shortened to less than these bytes of JSON. */
  readonly minBodyBytes: number;
  /** Prepares what is the same for all subscriptions. */
  prepare(title: string, body: string): Serialize;
}

/** Builds the JSON that a browser receives, for each subscription of a call. */
export class NotificationPayload {
  private readonly shortenedBodies = new Map<number, string | undefined>();
  private readonly serializeWhole: Serialize;

  constructor(
    private readonly content: NotificationContent,
    private readonly format: PayloadFormat = new ClassicFormat(content),
  ) {
    this.serializeWhole = format.prepare(content.notificationTitle, content.notificationBody);
  }

  /**
   * Returns the payload in at most `maxBytes` bytes of UTF-8. If needed, it shortens the body, and then the
   * title when an empty body is not enough. Returns undefined when the rest is still too long, as links and
   * data are never cut, and when the body would be shorter than its format wants.
   */
  jsonFor(extraData: ExtraData, maxBytes: number): string | undefined {
    const { notificationTitle: title, notificationBody: body } = this.content;
    const whole = this.serializeWhole(extraData);
    if (whole === undefined) return undefined;
    const excess = Buffer.byteLength(whole) - maxBytes;
    if (excess <= 0) return whole;
    const bodyRoom = jsonBytes(body) - Math.ceil(excess / this.format.copies);
    if (bodyRoom < Math.min(jsonBytes(body), this.format.minBodyBytes)) return undefined;
    const shortBody = this.shortenedBody(bodyRoom);
    if (shortBody !== undefined) return this.format.prepare(title, shortBody)(extraData);
    const shortTitle = shortenedText(title, jsonBytes(title) + bodyRoom - jsonBytes(''));
    return shortTitle === undefined ? undefined : this.format.prepare(shortTitle, '')(extraData);
  }

  /** Cached by size, because most subscriptions of a call leave the same room for the body. */
  private shortenedBody(maxBytes: number): string | undefined {
    if (this.shortenedBodies.has(maxBytes)) return this.shortenedBodies.get(maxBytes);
    const short =
      shortenedText(this.content.notificationBody, maxBytes) ?? (maxBytes >= jsonBytes('') ? '' : undefined);
    this.shortenedBodies.set(maxBytes, short);
    return short;
  }
}
