import { Injectable } from '@nestjs/common';
import { AppError } from '../core/errors/errors.js';
import { databaseNow } from '../core/mongo/database-clock.js';
import { LEDGER_LIFETIME_SECONDS } from '../deliveries/ledger/batches.schema.js';
import { ContactDeliveriesReader } from '../deliveries/ledger/contact-deliveries.reader.js';
import { MessageCountersRepository } from '../messages/message-counters.repository.js';
import { MessagesReader, type StoredMessage } from '../messages/messages.reader.js';
import { type StoredContact, StoredContactsReader } from '../push-contacts/stored-contacts.reader.js';
import { EXPLANATIONS } from './causes.js';
import { readContactKey } from './contact-key.js';
import { diagnose, findBest } from './diagnose.js';
import type { DiagnosisQuery, DiagnosisResponse } from './diagnosis.dto.js';
import { type Diagnosis, toDiagnosis } from './facts.js';
import { FactsReader, type MessageFacts } from './facts.reader.js';

/** Contacts of one visitor that are looked at, those that registered last. */
const MAX_CONTACTS = 20;

/** The diagnosis of one contact of the visitor. */
interface DiagnosedPart extends Diagnosis {
  readonly contactId: string;
  readonly mayDecide: boolean;
}

/** Says why a visitor did or did not get a message. */
@Injectable()
export class DiagnosisService {
  constructor(
    private readonly contacts: StoredContactsReader,
    private readonly facts: FactsReader,
    private readonly sends: ContactDeliveriesReader,
    private readonly messages: MessagesReader,
    private readonly counters: MessageCountersRepository,
  ) {}

  /**
   * Diagnoses the contacts with the device token, visitor guid or e-mail, and returns what is nearest to the
   * visitor. Throws `validation_failed` unless exactly one of them is given, and `resource_not_found` for a
   * message that the domain does not have.
   */
  async diagnose(domain: string, { messageId, ...query }: DiagnosisQuery): Promise<DiagnosisResponse> {
    const key = readContactKey(query);
    const message = await this.messages.getWithCounters(messageId);
    if (message.domain !== domain) throw new AppError('resource_not_found', 'There is no message of this id.');
    const contacts = await this.contacts.find(domain, key, { before: undefined, limit: MAX_CONTACTS });
    if (contacts.length === 0) return toResponse(toDiagnosis('never-a-contact'), null);
    const facts = await this.readMessageFacts(message);
    const diagnosed = await Promise.all(contacts.map(async (contact) => this.diagnoseContact(contact, facts)));
    const best = findBest(diagnosed.filter(({ mayDecide }) => mayDecide)) ?? findBest(diagnosed);
    return toResponse(best ?? toDiagnosis('not-recorded'), best?.contactId ?? null);
  }

  private async readMessageFacts({ messageId, sent, insertedAt }: StoredMessage): Promise<MessageFacts> {
    const [deliveries, { delivered, notDelivered, outcomes }] = await Promise.all([
      this.sends.findOfMessage(messageId),
      this.counters.findOutcomes(messageId),
    ]);
    const nowMs = databaseNow();
    const counted = outcomes.reduce((sum, { contacts }) => sum + contacts, 0);
    const isRecent = nowMs - insertedAt.getTime() < LEDGER_LIFETIME_SECONDS * 1_000;
    return {
      nowMs,
      messageId,
      deliveries,
      isSent: deliveries.length > 0 || sent > 0,
      insertedAt,
      // Other software counts what it sends, and no outcomes.
      isEverySendKnown: isRecent && counted >= delivered + notDelivered,
    };
  }

  /** A contact that has ended, and that nothing was recorded of, decides only where there is no other. */
  private async diagnoseContact(contact: StoredContact, message: MessageFacts): Promise<DiagnosedPart> {
    const facts = await this.facts.read(contact, message);
    const mayDecide = contact.isActive || facts.events.length > 0;
    return { ...diagnose(facts), contactId: contact.id, mayDecide };
  }
}

function toResponse(diagnosis: Diagnosis, contactId: string | null): DiagnosisResponse {
  const { cause, since, until, pushService, reason } = diagnosis;
  return { cause, explanation: EXPLANATIONS[cause], since, until, pushService, reason, contactId };
}
