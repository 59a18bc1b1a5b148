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

/**
 * Throws `validation_failed` for a message whose data certainly does not fit into a notification: with its
 * links and options alone it is larger than what a push service must accept. What the tracking links add,
 * and a service that accepts less, is only seen when it is sent.
 */
export function assertFitsPayload(message: Message): void {
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
  const bytes = Buffer.byteLength(JSON.stringify(options.data) + certain.join(''));
  if (bytes <= MAX_PAYLOAD_BYTES) return;
  throw invalidProperty('data', `does not fit beside the links: ${bytes} bytes, of ${MAX_PAYLOAD_BYTES} in all`);
}
