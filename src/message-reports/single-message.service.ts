import { Injectable } from '@nestjs/common';
import { readCursor, toCursor } from '../core/validation/request-cursor.js';
import { MessageStatesReader } from '../deliveries/ledger/message-states.reader.js';
import { MessageCountersRepository, type MessageOutcomes } from '../messages/message-counters.repository.js';
import { MessagesReader } from '../messages/messages.reader.js';
import { MessageHoursReader } from '../stats/message-hours.reader.js';
import type {
  MessageHoursQuery,
  MessageHoursResponse,
  MessageOutcomeResponse,
  MessageOutcomesResponse,
} from './message-numbers.dto.js';
import { toMessageState } from './message-state.js';
import type { MessageResponse } from './single-message.dto.js';

/** Ms of Unix time. */
const HOUR = /^(\d{1,15})$/;

/** Reads one message and its numbers. All methods throw `resource_not_found` for an unknown message. */
@Injectable()
export class SingleMessageService {
  constructor(
    private readonly messages: MessagesReader,
    private readonly counters: MessageCountersRepository,
    private readonly hours: MessageHoursReader,
    private readonly states: MessageStatesReader,
  ) {}

  /** Returns all that was asked for with a message, how far it is, and its counters. */
  async get(id: string): Promise<MessageResponse> {
    const { options, ...message } = await this.messages.getWithCounters(id);
    const states = await this.states.find([message.messageId]);
    return { ...message, ...options, state: toMessageState(states.get(message.messageId), message) };
  }

  /** Lists the hours of a message that are still kept, ascending, page after page by cursor. */
  async listHours(id: string, { cursor, per_page: perPage }: MessageHoursQuery): Promise<MessageHoursResponse> {
    const { messageId, domain } = await this.messages.get(id);
    const [, afterMs = 0] = readCursor(cursor, HOUR) ?? [];
    const found = await this.hours.find(domain, messageId, new Date(Number(afterMs)), perPage + 1);
    const items = found.slice(0, perPage);
    const last = found.length > perPage ? items.at(-1) : undefined;
    return { items, nextCursor: toCursor(last && String(last.date.getTime())), perPage };
  }

  /** Returns what became of a message at its contacts; the sums are those of its counters at one moment. */
  async getOutcomes(id: string): Promise<MessageOutcomesResponse> {
    const { messageId } = await this.messages.get(id);
    const found = await this.counters.findOutcomes(messageId);
    const unknown = findUnknown(found);
    const counted = found.outcomes.map(({ pushService, reason, contacts }): MessageOutcomeResponse => ({
      pushService,
      outcome: reason === null ? 'delivered' : 'notDelivered',
      reason,
      contacts,
    }));
    return { messageId, isComplete: unknown.length === 0, items: [...counted, ...unknown] };
  }
}

/** What was sent by a version that counted no outcomes. */
function findUnknown({ delivered, notDelivered, outcomes }: MessageOutcomes): MessageOutcomeResponse[] {
  const sum = (isDelivered: boolean): number =>
    outcomes.filter(({ reason }) => (reason === null) === isDelivered).reduce((all, { contacts }) => all + contacts, 0);
  const rest = [
    { outcome: 'delivered', contacts: delivered - sum(true) },
    { outcome: 'notDelivered', contacts: notDelivered - sum(false) },
  ] as const;
  return rest.filter(({ contacts }) => contacts > 0).map((each) => ({ pushService: null, reason: null, ...each }));
}
