import { Injectable } from '@nestjs/common';
import { AppError } from '../core/errors/errors.js';
import { databaseNow } from '../core/mongo/database-clock.js';
import { readCursor, toCursor } from '../core/validation/request-cursor.js';
import { ContactDeliveriesReader } from '../deliveries/ledger/contact-deliveries.reader.js';
import { type ContactEvent, ContactHistoryReader } from '../events/contact-history.reader.js';
import { EventType } from '../events/events.schema.js';
import { MessagesReader } from '../messages/messages.reader.js';
import { StoredContactsReader } from '../push-contacts/stored-contacts.reader.js';
import { HISTORY_TYPES, type HistoryEventResponse, type HistoryQuery, type HistoryResponse } from './diagnosis.dto.js';
import {
  type HistoryPlace,
  mergePage,
  OPEN_END,
  PLACE,
  readPlace,
  type SendOfHistory,
  writePlace,
} from './history-page.js';

/** Events are deleted after 30 days; a day more, because MongoDB deletes them late. */
const EVENTS_LIVE_MS = 31 * 86_400_000;

/** Broadcasts and lists of the domain that one page looks at. */
const SENDS_AT_ONCE = 1_000;

const TYPES: readonly HistoryEventResponse['type'][] = HISTORY_TYPES;

/** Lists what happened to a contact. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly contacts: StoredContactsReader,
    private readonly history: ContactHistoryReader,
    private readonly sends: ContactDeliveriesReader,
    private readonly messages: MessagesReader,
  ) {}

  /**
   * Lists the events of a contact of the domain, page after page by cursor. No index names the contact, so a
   * page asks for the outcomes of at most 1,000 sends of the domain: it may be shorter than `per_page`, or
   * empty, before the last one. Throws `resource_not_found` for an unknown contact, and `validation_failed`
   * for a cursor of another kind.
   */
  async list(domain: string, contactId: string, query: HistoryQuery): Promise<HistoryResponse> {
    const place = readPlace(readCursor(query.cursor, PLACE), databaseNow());
    const contact = await this.contacts.findById(domain, contactId);
    if (contact === undefined) throw new AppError('resource_not_found', 'There is no contact of this id.');
    const { per_page: perPage } = query;
    const isIndexed = await this.history.hasContactIndex();
    const [own, sends] = await Promise.all([
      this.history.findOwn({ contactId, domain }, isIndexed, { after: place.own, limit: perPage }),
      isIndexed ? [] : this.findSends(domain, contactId, place),
    ]);
    const hasMore = { hasMoreOwn: own.length === perPage, hasMoreSends: sends.length === SENDS_AT_ONCE };
    const { events, next } = mergePage({ own, sends, ...hasMore }, place, perPage);
    return {
      items: await this.toResponses(domain, events),
      nextCursor: toCursor(next && writePlace(next)),
      perPage,
    };
  }

  private async findSends(
    domain: string,
    contactId: string,
    { send: after, asOf }: HistoryPlace,
  ): Promise<SendOfHistory[]> {
    const isAmongOpen = after === undefined || after.endedAt >= OPEN_END;
    const openIds = isAmongOpen ? await this.sends.findOpenIds(domain, { asOf, before: after?.id }, SENDS_AT_ONCE) : [];
    const open = openIds.map((id) => ({ id, endedAt: OPEN_END }));
    const since = new Date(databaseNow() - EVENTS_LIVE_MS);
    const limit = SENDS_AT_ONCE - open.length;
    const place = { since, upTo: asOf, after: isAmongOpen ? undefined : after };
    const ended = limit === 0 ? [] : await this.sends.findEnded(domain, place, limit);
    const sends = [...open, ...ended];
    const outcomes = await this.history.findOutcomes(
      contactId,
      sends.map(({ id }) => id),
    );
    return sends.map((send) => ({ ...send, outcome: outcomes.get(send.id) }));
  }

  private async toResponses(domain: string, events: readonly ContactEvent[]): Promise<HistoryEventResponse[]> {
    const ids = new Set(events.flatMap(({ messageId }) => messageId ?? []));
    const titles = await this.messages.findTitles(domain, [...ids]);
    return events.flatMap((event) => {
      const type = TYPES[event.type];
      if (type === undefined) return [];
      const { at, messageId, pushService, reason, descriptor } = event;
      const action = event.type === EventType.ActionClick ? descriptor : null;
      const title = titles.get(messageId ?? '') ?? null;
      return [{ at, type, messageId, title, pushService, reason, action }];
    });
  }
}
