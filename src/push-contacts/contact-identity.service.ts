import { Injectable } from '@nestjs/common';
import { Transactions } from '../core/mongo/transactions.js';
import { DopplerVisitorsService } from '../doppler/doppler-visitors.service.js';
import { type Contact, PushContactsRepository } from './push-contacts.repository.js';

/** Changes whose contacts are. */
@Injectable()
export class ContactIdentityService {
  constructor(
    private readonly contacts: PushContactsRepository,
    private readonly dopplerVisitors: DopplerVisitorsService,
    private readonly transactions: Transactions,
  ) {}

  /** Sets the e-mail of an active contact. An unknown token changes nothing. */
  async setEmail(deviceToken: string, email: string): Promise<void> {
    await this.change(deviceToken, { email });
  }

  /** Sets the visitor guid of an active contact. An unknown token changes nothing. */
  async setVisitorGuid(deviceToken: string, visitorGuid: string): Promise<void> {
    await this.change(deviceToken, { visitorGuid });
  }

  private async change(deviceToken: string, change: { email: string } | { visitorGuid: string }): Promise<void> {
    if (!this.dopplerVisitors.isEnabled) {
      await this.contacts.setIdentity(deviceToken, change);
      return;
    }
    // Contact and hand-over in one transaction, so that neither exists alone.
    const planned = await this.transactions.run(async (transaction) => {
      const before = await this.contacts.updateActive(deviceToken, change, transaction);
      const isGained = before !== undefined && isChanged(before, change);
      return isGained ? this.dopplerVisitors.plan([{ ...before, ...change }], transaction) : [];
    });
    // Not awaited: the visitor's request must not wait for a Redis that does not respond.
    for (const contactId of planned) void this.dopplerVisitors.enqueue(contactId);
  }
}

function isChanged(before: Contact, change: { email: string } | { visitorGuid: string }): boolean {
  return 'email' in change ? before.email !== change.email : before.visitorGuid !== change.visitorGuid;
}
