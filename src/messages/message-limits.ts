import { invalidProperty } from '../core/errors/errors.js';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { MessageTemplate } from './message-template.js';
import type { Message } from './messages.repository.js';

/** The text in the 4,096 bytes that a push service must accept (RFC 8291, section 4). */
const MAX_PAYLOAD_BYTES = 3_993;

/** Throws `validation_failed` when the campaign parameters make a link longer than a request may have. */
export function assertSendableLinks(message: Message): void {
  if (message.utm === null || new MessageTemplate(message).render(new Map()).isSendable) return;
  throw invalidProperty('utm', `makes a link longer than ${MAX_LENGTH.url} characters`);
}

/** Bytes of a tracking link besides PUBLIC_URL and the word at its end: two encrypted ids and a signature. */
const TRACKING_LINK_BYTES = 162;

/**
 * Throws `validation_failed` for a message whose data certainly does not fit into a notification: with its
 * links, tracking links and actions alone it is larger than what a push service must accept. A service that
 * accepts less is only seen when it is sent.
 *
 * @param publicUrl with which tracking links begin; undefined when there are none.
 */
export function assertFitsPayload(message: Message, publicUrl: string | undefined): void {
  const { options, onClickLink, imageUrl, iconUrl, badgeUrl, preferLargeImage, actions } = message;
  if (options.data === undefined) return;
  // Without preferLargeImage, the image takes the place of the icon.
  const images = preferLargeImage ? [imageUrl, iconUrl] : [imageUrl ?? iconUrl];
  const certain = [
    onClickLink,
    badgeUrl,
    ...images,
    ...actions.flatMap(({ title, icon, link }) => [title, icon, link]),
  ];
  const own = Buffer.byteLength(JSON.stringify(options.data) + certain.join(''));
  const bytes = own + (publicUrl === undefined ? 0 : trackingBytes(publicUrl, actions));
  if (bytes <= MAX_PAYLOAD_BYTES) return;
  throw invalidProperty('data', `does not fit beside the links: ${bytes} bytes, of ${MAX_PAYLOAD_BYTES} in all`);
}

/** Each action has a link by its name. */
function trackingBytes(publicUrl: string, actions: Message['actions']): number {
  const names = [...new Set(actions.map(({ action }) => action))];
  const words = ['clicked', 'received', ...names.map((name) => `actionClick/${encodeURIComponent(name)}`)];
  const links = words.length * (Buffer.byteLength(publicUrl) + TRACKING_LINK_BYTES);
  return links + Buffer.byteLength(words.join('') + names.join(''));
}
