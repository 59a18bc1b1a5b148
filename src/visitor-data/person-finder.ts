import { Injectable } from '@nestjs/common';
import { type VisitorContact, VisitorContacts } from '../push-contacts/visitor-contacts.js';

/** Of whom data is asked for: a visitor, or whoever has an e-mail; at one domain or at all. */
export type PersonQuery = ({ readonly visitorGuid: string } | { readonly email: string }) & {
  readonly domain: string | undefined;
};

/** What belongs to a person. */
export interface Person {
  readonly contacts: readonly VisitorContact[];
  /** Visitors that are this person and nobody else. */
  readonly guids: readonly string[];
  /** Contacts that share the visitor guid or the e-mail and may be somebody else's, so that they are left. */
  readonly linked: number;
}

/** Finds whose data it is. */
@Injectable()
export class PersonFinder {
  constructor(private readonly contacts: VisitorContacts) {}

  /**
   * Finds at most about `limit` contacts of the person. A visitor guid means the contacts that have it. An
   * e-mail, compared in any case and with or without the spaces around it, means the contacts that have it,
   * and those of the same visitors that have no other one: a visitor guid is of a browser, which several
   * people may use.
   */
  find(query: PersonQuery, limit: number): Promise<Person> {
    return 'visitorGuid' in query
      ? this.findByGuid(query.visitorGuid, query.domain, limit)
      : this.findByEmail(query.email, query.domain, limit);
  }

  private async findByGuid(guid: string, domain: string | undefined, limit: number): Promise<Person> {
    const contacts = await this.contacts.findByGuids([guid], domain, limit);
    const emails = unique(contacts.map(({ email }) => email));
    const others = emails.length === 0 ? [] : await this.contacts.findByEmails(emails, domain, limit);
    return { contacts, guids: [guid], linked: others.filter(({ visitorGuid }) => visitorGuid !== guid).length };
  }

  private async findByEmail(email: string, domain: string | undefined, limit: number): Promise<Person> {
    const own = await this.contacts.findByEmails([...new Set([email, email.trim()])], domain, limit);
    const guids = unique(own.map(({ visitorGuid }) => visitorGuid));
    const ofVisitors = guids.length === 0 ? [] : await this.contacts.findByGuids(guids, domain, limit);
    const ids = new Set(own.map(({ id }) => id));
    const beside = ofVisitors.filter(({ id }) => !ids.has(id));
    const linked = beside.filter((contact) => contact.email !== null);
    const shared = new Set(linked.map(({ visitorGuid }) => visitorGuid));
    return {
      contacts: [...own, ...beside.filter((contact) => contact.email === null)],
      guids: guids.filter((guid) => !shared.has(guid)),
      linked: linked.length,
    };
  }
}

function unique(texts: readonly (string | null)[]): string[] {
  return [...new Set(texts.filter((text) => text !== null && text !== ''))] as string[];
}
