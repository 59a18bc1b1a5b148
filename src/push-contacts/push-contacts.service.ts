import { Injectable } from '@nestjs/common';
import { AppError, invalidProperty } from '../core/errors.js';
import { type Transaction, Transactions } from '../core/transactions.js';
import { DopplerVisitorsService } from '../doppler/doppler-visitors.service.js';
import { PushApiClient } from '../push-api-client/push-api.client.js';
import { PushServices } from '../push-services/push-services.js';
import type { ContactsQuery, RegisterContactRequest, SubscriptionRequest } from './push-contacts.dto.js';
import {
  type Contact,
  type ContactToReach,
  type ContactToStore,
  type IdRange,
  PushContactsRepository,
  type RefusedContact,
  TokenTakenError,
} from './push-contacts.repository.js';
import type { StoredSubscription } from './push-contacts.schema.js';

/** Registers visitors' browsers, keeps what is known of them, and finds them for a broadcast. */
@Injectable()
export class PushContactsService {
  constructor(
    private readonly contacts: PushContactsRepository,
    private readonly pushApi: PushApiClient,
    private readonly pushServices: PushServices,
    private readonly dopplerVisitors: DopplerVisitorsService,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Stores a contact that something can be sent to; a token that has an active contact already changes nothing.
   * Throws `contact_not_deliverable`, `validation_failed` for a complete subscription with which nothing can be sent, or
   * `push_api_unavailable` when the token cannot be checked.
   */
  async register(request: RegisterContactRequest): Promise<void> {
    const contact = toContactToStore(request);
    try {
      await this.demandDeliverable(contact);
    } catch (error) {
      // Looked up only now: most registrations are of new contacts, and the write itself finds the others.
      if (await this.contacts.isActive(contact.deviceToken)) return;
      throw error;
    }
    await this.storeAndTellDoppler(
      (transaction) => this.contacts.addOrRevive(contact, transaction),
      (stored) => stored,
    ).catch(ignoreTakenToken);
  }

  /** Gives an active contact its e-mail; a token that is unknown changes nothing. */
  async setEmail(deviceToken: string, email: string): Promise<void> {
    await this.change(deviceToken, { email });
  }

  /** Gives an active contact its visitor guid; a token that is unknown changes nothing. */
  async setVisitorGuid(deviceToken: string, visitorGuid: string): Promise<void> {
    await this.change(deviceToken, { visitorGuid });
  }

  /**
   * Gives an active contact a new subscription, as browsers change theirs. Throws `resource_not_found` when the token has
   * no active contact, and `validation_failed` for a subscription that is not complete or with which nothing can be sent.
   */
  async setSubscription(deviceToken: string, request: SubscriptionRequest): Promise<void> {
    const subscription = completeSubscription(request);
    if (subscription === null) throw invalidProperty('endPoint', 'must be an absolute URL');
    this.pushServices.demandUsable(subscription, '');
    const before = await this.contacts.updateActive(deviceToken, { subscription });
    if (before === undefined) throw new AppError('resource_not_found', 'There is no active contact of this token.');
  }

  /** The domain's active contacts that match. Throws `resource_not_found` when there are none. */
  async find(query: ContactsQuery): Promise<AsyncIterable<Contact>> {
    const { modifiedFrom, modifiedTo } = query;
    if (modifiedFrom && modifiedTo && modifiedFrom > modifiedTo) {
      throw invalidProperty('modifiedFrom', 'must not be after modifiedTo');
    }
    const matches = this.contacts.findActive(query);
    const first = await matches.next();
    if (first.done === true) throw new AppError('resource_not_found', 'No contact of this domain matches.');
    return prepend(first.value, matches);
  }

  nextRange(domain: string, afterId: string, size: number): Promise<(IdRange & { count: number }) | undefined> {
    return this.contacts.nextRange(domain, afterId, size);
  }

  findInRange(domain: string, range: IdRange, limit: number): Promise<ContactToReach[]> {
    return this.contacts.findInRange(domain, range, limit);
  }

  findByIds(domain: string, ids: readonly string[]): Promise<ContactToReach[]> {
    return this.contacts.findByIds(domain, ids);
  }

  findByVisitors(domain: string, visitorGuids: readonly string[]): Promise<ContactToReach[]> {
    return this.contacts.findByVisitors(domain, visitorGuids);
  }

  countByVisitors(domain: string, visitorGuids: readonly string[]): Promise<number> {
    return this.contacts.countByVisitors(domain, visitorGuids);
  }

  findDomains(ids: readonly string[]): Promise<Map<string, string>> {
    return this.contacts.findDomains(ids);
  }

  findIdsOfVisitors(domain: string, visitorGuids: readonly string[]): Promise<string[]> {
    return this.contacts.findIdsOfVisitors(domain, visitorGuids);
  }

  prune(contacts: readonly RefusedContact[]): Promise<void> {
    return this.contacts.prune(contacts);
  }

  private async demandDeliverable(contact: ContactToStore): Promise<void> {
    if (contact.subscription !== null) {
      this.pushServices.demandUsable(contact.subscription, 'subscription.');
      return;
    }
    if (await this.pushApi.isValidDeviceToken(contact.deviceToken)) return;
    const message = 'is not valid, and there is no complete subscription';
    throw new AppError('contact_not_deliverable', `deviceToken ${message}.`, { errors: { deviceToken: [message] } });
  }

  private async change(deviceToken: string, change: { email: string } | { visitorGuid: string }): Promise<void> {
    await this.storeAndTellDoppler(
      (transaction) => this.contacts.updateActive(deviceToken, change, transaction),
      (before) => (isChanged(before, change) ? { ...before, ...change } : undefined),
    );
  }

  /** With a Doppler to tell, contact and hand-over are written together, so that none is without the other. */
  private async storeAndTellDoppler(
    store: (transaction?: Transaction) => Promise<Contact | undefined>,
    identified: (stored: Contact) => Contact | undefined,
  ): Promise<void> {
    if (!this.dopplerVisitors.isEnabled) {
      await store();
      return;
    }
    const contactId = await this.transactions.run(async (transaction) => {
      const stored = await store(transaction);
      const visitor = stored && identified(stored);
      return visitor && this.dopplerVisitors.plan(visitor, transaction);
    });
    if (contactId !== undefined) await this.dopplerVisitors.ring(contactId);
  }
}

function toContactToStore(request: RegisterContactRequest): ContactToStore {
  return {
    domain: request.domain,
    deviceToken: request.deviceToken,
    email: request.email ?? null,
    visitorGuid: textOrNull(request.visitorGuid),
    subscription: completeSubscription(request.subscription),
  };
}

/** A subscription counts when it has an absolute endpoint and both keys; less than that is as good as none. */
function completeSubscription(subscription: SubscriptionRequest | null | undefined): StoredSubscription | null {
  const endpoint = textOrNull(subscription?.endPoint);
  const p256dh = textOrNull(subscription?.keys?.p256DH);
  const auth = textOrNull(subscription?.keys?.auth);
  if (endpoint === null || p256dh === null || auth === null || !URL.canParse(endpoint)) return null;
  return { endpoint, p256dh, auth };
}

function textOrNull(text: string | null | undefined): string | null {
  return text === undefined || text === null || text.trim() === '' ? null : text;
}

function ignoreTakenToken(error: unknown): void {
  if (!(error instanceof TokenTakenError)) throw error;
}

function isChanged(before: Contact, change: { email: string } | { visitorGuid: string }): boolean {
  return 'email' in change ? before.email !== change.email : before.visitorGuid !== change.visitorGuid;
}

async function* prepend<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}
