import { Injectable } from '@nestjs/common';
import { AppError, invalidProperty } from '../core/errors/errors.js';
import { parseWrittenUrl, toWebLink } from '../core/validation/written-url.js';
import { MessageTemplate } from '../messages/message-template.js';
import type { Message } from '../messages/messages.repository.js';
import { MessagesReader } from '../messages/messages.reader.js';
import type { FieldValues } from '../messages/placeholders.js';
import { EncryptedFields } from '../security/encrypted-fields.js';
import { EventType } from './events.schema.js';
import type { LinkQuery } from './link-query.js';
import type { OpenQuery } from './tracking.dto.js';
import { type TrackingLink, TrackingLinkReader } from './tracking-link.reader.js';
import { TrackingService, unknownAction } from './tracking.service.js';

/** The query of an opened link. */
export interface OpenedLink extends OpenQuery {
  readonly signature: LinkQuery;
}

const NO_FIELDS: FieldValues = new Map();

/** Opens the links of notifications for browsers that do so themselves, and counts their clicks. */
@Injectable()
export class OpenService {
  constructor(
    private readonly links: TrackingLinkReader,
    private readonly tracking: TrackingService,
    private readonly messages: MessagesReader,
    private readonly fields: EncryptedFields,
  ) {}

  /**
   * Resolves with the address to go to: the link of the action, else of the message, else the site. It is
   * read from the message; from the request come only the action's name and, encrypted by us, what
   * placeholders stand for. A visit is counted first, as a click on the notification or on the action, unless
   * the link has ended or is unsigned after TRACKING_UNSIGNED_UNTIL: a visitor who clicks late goes there as
   * well. Throws `validation_failed` for a link or fields that were not made by this installation, and
   * `resource_not_found` for an unknown message or action.
   */
  async open(link: TrackingLink, { action, fields, signature }: OpenedLink, isVisit: boolean): Promise<string> {
    const { ids, isCounted } = this.links.readToOpen(link, signature);
    const { messageId } = ids;
    const message = await this.messages.get(messageId);
    const actionName = action === '' ? null : (action ?? null);
    const address = findAddress(message, actionName, this.readFields(messageId, fields));
    const type = actionName === null ? EventType.Clicked : EventType.ActionClick;
    if (isVisit && isCounted) await this.tracking.record(type, ids, actionName);
    return address;
  }

  private readFields(messageId: string, fields: string | null | undefined): FieldValues {
    if (!fields) return NO_FIELDS;
    const values = this.fields.decrypt(messageId, fields);
    if (values === undefined) throw invalidProperty('fields', 'are not of this message');
    return values;
  }
}

function findAddress(message: Message, actionName: string | null, values: FieldValues): string {
  const { onClickLink, actions } = new MessageTemplate(message).render(values).links;
  const action = actions.find(({ action: name }) => name === actionName);
  if (actionName !== null && action === undefined) {
    throw unknownAction();
  }
  const link = toAddress(action?.link) ?? toAddress(onClickLink) ?? toAddress(`https://${message.domain}/`);
  if (link === undefined) throw new AppError('resource_not_found', 'The message has no link.');
  return link;
}

/** An address that may be in a header. Messages of others may have links that are none of the web. */
function toAddress(link: string | null | undefined): string | undefined {
  return parseWrittenUrl(toWebLink(link) ?? '')?.href;
}
