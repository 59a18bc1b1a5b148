import { Injectable } from '@nestjs/common';
import { prepend } from '../core/async/prepend.js';
import { AppError } from '../core/errors/errors.js';
import { currentCallRecord } from '../core/mongo/call-record.js';
import { type ErasedCounts, Eraser } from './eraser.js';
import { type ErasedData, ErasuresRepository } from './erasures.repository.js';
import { type Person, PersonFinder, type PersonQuery } from './person-finder.js';
import { PersonReader } from './person-reader.js';
import type { ErasedResponse, StoredRecordResponse } from './visitor-data.dto.js';

/** Contacts of a person that are erased in one step, and that an export has at most. */
const MAX_CONTACTS = 10_000;

const NOTHING: ErasedCounts = { contacts: 0, events: 0, handOvers: 0, batches: 0 };

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
   * Erases what is stored of a person. Once it resolves, nothing more is sent to the contacts, and nothing is
   * found of the person; what work under way still writes is erased within a minute after it ends. Resolves
   * with zeros when nothing was stored, so that it can be repeated.
   */
  async erase(query: PersonQuery): Promise<ErasedResponse> {
    let counts = NOTHING;
    let linkedContacts = 0;
    for (;;) {
      const person = await this.people.find(query, MAX_CONTACTS);
      linkedContacts = Math.max(linkedContacts, person.linked);
      const data = toErasedData(person, query.domain);
      await currentCallRecord()?.addDomains(data.domains);
      const erased = await this.erasePart(data);
      counts = add(counts, erased);
      if (erased.contacts === 0) return { ...counts, linkedContacts };
    }
  }

  private async erasePart(data: ErasedData): Promise<ErasedCounts> {
    const hasContacts = data.contactIds.length > 0;
    if (hasContacts) await this.erasures.insert(data);
    const erased = await this.eraser.erase(data);
    // A list may name who has no contact.
    if (!hasContacts && erased.batches > 0) await this.erasures.insert(data);
    return erased;
  }
}

function toErasedData({ contacts, guids }: Person, domain: string | undefined): ErasedData {
  const contactIds = contacts.map(({ id }) => id);
  return { contactIds, domains: [...new Set(contacts.map((contact) => contact.domain))], guids, domain };
}

function add(one: ErasedCounts, other: ErasedCounts): ErasedCounts {
  return {
    contacts: one.contacts + other.contacts,
    events: one.events + other.events,
    handOvers: one.handOvers + other.handOvers,
    batches: one.batches + other.batches,
  };
}
