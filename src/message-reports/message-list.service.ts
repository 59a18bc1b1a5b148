import { Injectable } from '@nestjs/common';
import { invalidProperty } from '../core/errors/errors.js';
import { readCursor, toCursor } from '../core/validation/request-cursor.js';
import { MessageStatesReader } from '../deliveries/ledger/message-states.reader.js';
import { DomainMessagesReader, type MessagePlace } from '../messages/domain-messages.reader.js';
import { MessageHoursReader } from '../stats/message-hours.reader.js';
import type { DomainMessageResponse, DomainMessagesQuery, DomainMessagesResponse } from './message-list.dto.js';
import { toMessageState } from './message-state.js';

/** The date of the message in ms of Unix time, and its `_id`. */
const PLACE = /^(\d{1,15})\.(\S{1,64})$/;

/** Lists the messages of a domain. */
@Injectable()
export class MessageListService {
  constructor(
    private readonly messages: DomainMessagesReader,
    private readonly hours: MessageHoursReader,
    private readonly states: MessageStatesReader,
  ) {}

  /**
   * Lists the messages of a period, the latest first, page after page by cursor; messages that are added
   * meanwhile shift nothing. Throws `validation_failed` for a cursor of another kind, and when `from` is
   * after `to`.
   */
  async list(domain: string, query: DomainMessagesQuery): Promise<DomainMessagesResponse> {
    const { from, to, text, cursor, per_page: perPage } = query;
    if (from !== undefined && to !== undefined && from > to) throw invalidProperty('from', 'must not be after to');
    const filter = { domain, from, to, text: text?.trim() ? text.trim() : undefined, before: readPlace(cursor) };
    const { messages, last } = await this.messages.find(filter, perPage);
    const ids = messages.map(({ messageId }) => messageId);
    const begins = messages.map(({ messageId, insertedAt, sendAt }) => ({
      messageId,
      at: sendAt === null || sendAt < insertedAt ? insertedAt : sendAt,
    }));
    const [activity, states] = await Promise.all([this.hours.findActivity(domain, begins), this.states.find(ids)]);
    const items = messages.map((message): DomainMessageResponse => ({
      ...message,
      state: toMessageState(states.get(message.messageId), message),
      activity: activity.get(message.messageId) ?? [],
    }));
    return { items, nextCursor: toCursor(last && `${last.insertedAt.getTime()}.${last.id}`), perPage };
  }
}

function readPlace(cursor: string | null | undefined): MessagePlace | undefined {
  const [, ms, id] = readCursor(cursor, PLACE) ?? [];
  return id === undefined ? undefined : { insertedAt: new Date(Number(ms)), id };
}
