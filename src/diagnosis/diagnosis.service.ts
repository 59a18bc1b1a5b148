import { Injectable } from '@nestjs/common';
import { AppError } from '../core/errors/errors.js';
import { databaseNow } from '../core/mongo/database-clock.js';
import { ContactDeliveriesReader } from '../deliveries/ledger/contact-deliveries.reader.js';
import { PruneBreakerService } from '../deliveries/pruning/prune-breaker.service.js';
import { MessagesReader } from '../messages/messages.reader.js';
import { StoredContactsReader } from '../push-contacts/stored-contacts.reader.js';
import { EXPLANATIONS } from './causes.js';
import { readContactKey } from './contact-key.js';
import { diagnose, findBest } from './diagnose.js';
import type { DiagnosisQuery, DiagnosisResponse } from './diagnosis.dto.js';
import { type Diagnosis, toDiagnosis } from './facts.js';
import { FactsReader } from './facts.reader.js';

/** Contacts of one visitor that are looked at, those that registered last. */
const MAX_CONTACTS = 20;

/** Says why a visitor did or did not get a message. */
@Injectable()
export class DiagnosisService {
  constructor(
    private readonly contacts: StoredContactsReader,
    private readonly facts: FactsReader,
    private readonly sends: ContactDeliveriesReader,
    private readonly messages: MessagesReader,
    private readonly breakers: PruneBreakerService,
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
    const [deliveries, { isOpen: isBreakerOpen }] = await Promise.all([
      this.sends.findOfMessage(messageId),
      this.breakers.get(domain),
    ]);
    const isSent = deliveries.length > 0 || message.sent > 0;
    const facts = { nowMs: databaseNow(), messageId, deliveries, isSent, isBreakerOpen };
    const diagnosed = await Promise.all(
      contacts.map(async (contact) => ({
        ...diagnose(await this.facts.read(contact, facts)),
        contactId: contact.id,
      })),
    );
    const best = findBest(diagnosed);
    return toResponse(best ?? toDiagnosis('not-recorded'), best?.contactId ?? null);
  }
}

function toResponse(diagnosis: Diagnosis, contactId: string | null): DiagnosisResponse {
  const { cause, since, until, pushService, reason } = diagnosis;
  return { cause, explanation: EXPLANATIONS[cause], since, until, pushService, reason, contactId };
}
