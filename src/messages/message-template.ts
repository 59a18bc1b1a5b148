import { MAX_LENGTH } from '../core/validation/limits.js';
import type { Message } from './messages.repository.js';
import { type FieldValues, missingIn, placeholdersIn, replacePlaceholders } from './placeholders.js';
import { addUtm } from './utm.js';

/** The links of a message: those that are opened, and those of images. */
export type MessageLinks = Pick<Message, 'onClickLink' | 'imageUrl' | 'iconUrl' | 'badgeUrl' | 'actions'>;

/** A message as a visitor gets it. */
export interface RenderedMessage {
  readonly title: string;
  readonly body: string;
  readonly links: MessageLinks;
  /** The values that are in links which are opened; empty for those who get the message's own. */
  readonly linkFields: FieldValues;
  /** False when fields or campaign parameters have made a link longer than a request may have. */
  readonly isSendable: boolean;
  /** The same for visitors who get the same. */
  readonly key: string;
}

/** Names of placeholders without a value, by where they are. */
export interface MissingFields {
  readonly title: readonly string[];
  readonly body: readonly string[];
  readonly links: readonly string[];
  readonly images: readonly string[];
}

const NO_FIELDS: FieldValues = new Map();

type Template = Pick<Message, 'title' | 'body' | 'utm'> & MessageLinks;

/** Fills in the placeholders of a message. Links that have none are made once. */
export class MessageTemplate {
  private readonly hasPlaceholdersInLinks: boolean;
  /** The links of all who have no fields. */
  readonly plainLinks: MessageLinks;

  constructor(private readonly message: Template) {
    const { openable, images } = listLinks(message);
    this.hasPlaceholdersInLinks = [...openable, ...images].some((link) => placeholdersIn(link).length > 0);
    this.plainLinks = this.fillLinks(NO_FIELDS);
  }

  /**
   * Replaces the placeholders that have a value, in links URL-encoded. Title and body are cut at the lengths
   * that PushApi accepts.
   */
  render(values: FieldValues): RenderedMessage {
    const title = fillText(this.message.title, values, MAX_LENGTH.title);
    const body = fillText(this.message.body, values, MAX_LENGTH.body);
    const isPlain = !this.hasPlaceholdersInLinks || values.size === 0;
    const links = isPlain ? this.plainLinks : this.fillLinks(values);
    const linkFields = isPlain ? NO_FIELDS : this.pickLinkFields(values);
    const key = `${title.length}:${title}${body.length}:${body}${isPlain ? '' : JSON.stringify(links)}`;
    return { title, body, links, linkFields, isSendable: this.isSendable(links), key };
  }

  private pickLinkFields(values: FieldValues): FieldValues {
    const wanted = listLinks(this.message).openable.flatMap(placeholdersIn);
    const names = new Set(wanted.map((name) => name.toLowerCase()));
    return new Map([...values].filter(([name]) => names.has(name)));
  }

  private fillLinks(values: FieldValues): MessageLinks {
    const { onClickLink, imageUrl, iconUrl, badgeUrl, actions, utm } = this.message;
    const fill = (link: string): string => replacePlaceholders(link, values, encodeURIComponent);
    const fillImage = (link: string | null): string | null => (link === null ? null : fill(link));
    const fillLink = (link: string | null): string | null => {
      if (link === null) return null;
      return utm === null ? fill(link) : addUtm(fill(link), utm);
    };
    return {
      onClickLink: fillLink(onClickLink),
      imageUrl: fillImage(imageUrl),
      iconUrl: fillImage(iconUrl),
      badgeUrl: fillImage(badgeUrl),
      actions: actions.map(({ link, icon, ...action }) => ({ ...action, icon: fillImage(icon), link: fillLink(link) })),
    };
  }

  /** A link that is sent as it was accepted is not judged again. */
  private isSendable(links: MessageLinks): boolean {
    if (!this.hasPlaceholdersInLinks && this.message.utm === null) return true;
    const { openable, images } = listLinks(links);
    return [...openable, ...images].every((link) => link.length <= MAX_LENGTH.url);
  }
}

/** Returns the names, in lower case, of all placeholders in a message: title, body, links and images. */
export function wantedFields(message: Omit<Template, 'utm'>): Set<string> {
  const { title, body, links, images } = findMissingFields(message, new Map());
  return new Set([...title, ...body, ...links, ...images].map((name) => name.toLowerCase()));
}

/** Returns the names of a message's placeholders that have no value, each once in a place. */
export function findMissingFields(message: Omit<Template, 'utm'>, values: FieldValues): MissingFields {
  const { openable, images } = listLinks(message);
  return {
    title: missingIn(message.title, values),
    body: missingIn(message.body, values),
    links: missingIn(openable.join(' '), values),
    images: missingIn(images.join(' '), values),
  };
}

function listLinks({ onClickLink, imageUrl, iconUrl, badgeUrl, actions }: MessageLinks): {
  readonly openable: readonly string[];
  readonly images: readonly string[];
} {
  return {
    openable: [onClickLink, ...actions.map(({ link }) => link)].filter((link) => link !== null),
    images: [imageUrl, iconUrl, badgeUrl, ...actions.map(({ icon }) => icon)].filter((link) => link !== null),
  };
}

/** Cuts a text that values made longer than PushApi accepts. Half of a surrogate pair is no valid UTF-8. */
function fillText(text: string, values: FieldValues, maxLength: number): string {
  return replacePlaceholders(text, values)
    .slice(0, maxLength)
    .replace(/[\uD800-\uDBFF]$/, '');
}
