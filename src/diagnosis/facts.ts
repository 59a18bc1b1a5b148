import type { BatchOfContact, DeliveryOfMessage } from '../deliveries/ledger/contact-deliveries.reader.js';
import type { ContactEvent } from '../events/contact-history.reader.js';
import type { StoredContact } from '../push-contacts/stored-contacts.reader.js';
import type { DiagnosisCause } from './causes.js';

/** What is known of a message and one contact. */
export interface DiagnosisFacts {
  readonly nowMs: number;
  readonly contact: DiagnosedContact;
  /** The name of the contact's push service; null for none. */
  readonly pushService: string | null;
  /** Of this message and contact, in any order. */
  readonly events: readonly ContactEvent[];
  /** Those of the message that are to the domain, or to lists and visitors and name this one. */
  readonly deliveries: readonly DeliveryOfMessage[];
  /** Those of the same deliveries that have the contact. */
  readonly batches: readonly BatchOfContact[];
  /** Whether the message was sent to anybody. */
  readonly isSent: boolean;
  /** When the message was stored; no send of it is older. */
  readonly insertedAt: Date;
  /** Whether all its sends are still known: none was removed, and none is of other software. */
  readonly isEverySendKnown: boolean;
}

export type DiagnosedContact = Pick<
  StoredContact,
  'id' | 'isActive' | 'unsubscribedAt' | 'registeredAt' | 'renewedAt' | 'modified'
>;

/** The cause, and what else is known of it. */
export interface Diagnosis {
  readonly cause: DiagnosisCause;
  /** Since when it is so, or when it happened. */
  readonly since: Date | null;
  /** When it is tried next, or begins; where that is not known, when its time to live ends. */
  readonly until: Date | null;
  readonly pushService: string | null;
  /** The word of the failure, as docs/operations.md has it. */
  readonly reason: string | null;
}

/** A diagnosis with what is known of it. */
export function toDiagnosis(cause: DiagnosisCause, known: Partial<Omit<Diagnosis, 'cause'>> = {}): Diagnosis {
  return { cause, since: null, until: null, pushService: null, reason: null, ...known };
}
