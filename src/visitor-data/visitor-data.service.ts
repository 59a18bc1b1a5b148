import { Injectable } from '@nestjs/common';
import { prepend } from '../core/async/prepend.js';
import { AppError } from '../core/errors/errors.js';
import { currentCallRecord } from '../core/mongo/call-record.js';
import { type ErasedPart, Eraser } from './eraser.js';
import { type ErasedData, ErasuresRepository } from './erasures.repository.js';
import { type Person, PersonFinder, type PersonQuery } from './person-finder.js';
import { PersonReader } from './person-reader.js';
import type { ErasedResponse, StoredRecordResponse } from './visitor-data.dto.js';

/** Contacts of a person that are erased in one step, and that an export has at most. */
const MAX_CONTACTS = 10_000;

/** A request erases events no longer than this; the worker erases the rest. */
const REQUEST_MS = 10_000;

const NOTHING: ErasedPart = { contacts: 0, events: 0, handOvers: 0, batches: 0, isComplete: true };

/** Returns and erases everything that is stored of a person. */
@Injectable()
export class VisitorDataService {
  constructor(
    private readonly people: PersonFinder,
    private readonly eraser: Eraser,
    private readonly erasures: ErasuresRepository,
    private readonly reader: PersonReader,
  ) {}

  /**
   * Resolves with the documents that are stored of a person, as they are stored. Throws `resource_not_found`
   * when there are none.
   */
  async read(query: PersonQuery): Promise<AsyncIterable<StoredRecordResponse>> {
    const data = toErasedData(await this.people.find(query, MAX_CONTACTS), query.domain);
    const records = this.reader.read(data);
    const first = await records.next();
    if (first.done === true) throw new AppError('resource_not_found', 'Nothing is stored of this person.');
    return prepend(first.value, records);
  }

  /**
   * Erases what is stored of a person. Once it resolves, nothing more is sent to the contacts that it counts,
   * and nothing is found of the person; what work under way still writes is erased within a minute after it
   * ends. Resolves with zeros when nothing was stored, so that it can be repeated. After 10 s it resolves
   * although the worker still erases events of these contacts, and `isComplete` is false.
   */
  async erase(query: PersonQuery): Promise<ErasedResponse> {
    const until = performance.now() + REQUEST_MS;
    let sum = NOTHING;
    let linkedContacts = 0;
    for (;;) {
      const person = await this.people.find(query, MAX_CONTACTS);
      linkedContacts = Math.max(linkedContacts, person.linked);
      const data = toErasedData(person, query.domain);
      await currentCallRecord()?.addDomains(data.domains);
      // A list that is still arriving may name who has no contact.
      if (sum === NOTHING || data.contactIds.length > 0) await this.erasures.insert(data);
      const erased = await this.eraser.erase(data, until);
      sum = add(sum, erased);
      if (erased.contacts === 0) return { ...sum, linkedContacts };
      if (performance.now() > until) return { ...sum, linkedContacts, isComplete: false };
    }
  }
}

function toErasedData({ contacts, guids }: Person, domain: string | undefined): ErasedData {
  const contactIds = contacts.map(({ id }) => id);
  return { contactIds, domains: [...new Set(contacts.map((contact) => contact.domain))], guids, domain };
}

function add(one: ErasedPart, other: ErasedPart): ErasedPart {
  return {
    contacts: one.contacts + other.contacts,
    events: one.events + other.events,
    handOvers: one.handOvers + other.handOvers,
    batches: one.batches + other.batches,
    isComplete: one.isComplete && other.isComplete,
  };
}
