import { Injectable } from '@nestjs/common';
import { prepend } from '../core/async/prepend.js';
import { AppError, invalidProperty } from '../core/errors/errors.js';
import { type Transaction, Transactions } from '../core/mongo/transactions.js';
import { findInstallationId, isInstallationId } from '../core/validation/firebase-installation-id.js';
import { DopplerVisitorsService } from '../doppler/doppler-visitors.service.js';
import { completeSubscription, textOrNull } from './complete-subscription.js';
import { Deliverability } from './deliverability.js';
import type { ContactsQuery, RegisterContactRequest } from './push-contacts.dto.js';
import { type Contact, type NewContact, PushContactsRepository, TokenTakenError } from './push-contacts.repository.js';
import { authMismatch, SubscriptionProof } from './subscription-proof.js';

/** Registers, changes and lists push contacts. */
@Injectable()
export class PushContactsService {
  constructor(
    private readonly contacts: PushContactsRepository,
    private readonly deliverability: Deliverability,
    private readonly dopplerVisitors: DopplerVisitorsService,
    private readonly transactions: Transactions,
    private readonly proof: SubscriptionProof,
  ) {}

  /**
   * Stores a contact with a usable subscription or a valid device token. Changes nothing when the token has
   * an active contact already; one of the same Firebase installation stays, under its new token. Throws
   * `contact_not_deliverable` when there is neither, `validation_failed` for a complete subscription that is
   * not usable when the token is not valid either, and `push_api_unavailable` when the token cannot be
   * checked. Where the setting asks for it, throws `subscription_auth_mismatch` when the token has an
   * inactive contact whose subscription has an `auth` that is neither `previousAuth` nor that of the new one:
   * anybody may end a contact, and would get its notifications by reviving it.
   *
   * @param admit called before a contact is stored or revived; what it throws refuses the contact.
   */
  async register(request: RegisterContactRequest, admit?: () => Promise<void>): Promise<void> {
    const given = toNewContact(request);
    const contact = await this.deliverability.toDeliverable(given).catch(async (error: unknown) => {
      // Looked up only now: most registrations are of new contacts, and the write itself finds the others.
      if (await this.contacts.isActive(given.deviceToken)) return undefined;
      throw error;
    });
    if (contact === undefined || (await this.isOfKnownInstallation(contact, request.previousDeviceToken))) return;
    const storedAuth = await this.findProvedAuth(given, request.previousAuth);
    if (admit !== undefined) {
      if (await this.contacts.isActive(contact.deviceToken)) return;
      await admit();
    }
    await this.storeAndTellDoppler(
      (transaction) => this.contacts.addOrRevive(contact, transaction, storedAuth),
      (stored) => stored,
    ).catch((error: unknown) => this.ignoreActive(contact, error));
  }

  /** The `auth` that the write has to find; undefined where the setting does not ask for it. */
  private async findProvedAuth(
    { deviceToken, subscription }: NewContact,
    previousAuth: string | null | undefined,
  ): Promise<string | null | undefined> {
    if (!this.proof.isNeeded) return undefined;
    const storedAuth = (await this.contacts.findAuth({ deviceToken, isActive: false })) ?? null;
    this.proof.assertKnown(storedAuth, [previousAuth, subscription?.auth]);
    return storedAuth;
  }

  /** What is inactive has become so, or has got another subscription, since its `auth` was compared. */
  private async ignoreActive({ deviceToken }: NewContact, error: unknown): Promise<void> {
    if (!(error instanceof TokenTakenError)) throw error;
    if (this.proof.isNeeded && !(await this.contacts.isActive(deviceToken))) throw authMismatch();
  }

  /**
   * Whether the Firebase installation has an active contact of the domain, under its id FID or a token
   * `FID:…`: two would get everything twice. The contact gets the new token from who knows the old one, as
   * for its e-mail. A FID alone is less than the token that begins with it, so it changes nothing.
   */
  private async isOfKnownInstallation(
    { domain, deviceToken }: NewContact,
    previous: string | null | undefined,
  ): Promise<boolean> {
    const id = findInstallationId(deviceToken);
    if (id !== undefined) return this.moveToken(domain, id, deviceToken);
    if (!isInstallationId(deviceToken)) return false;
    const isProved = typeof previous === 'string' && findInstallationId(previous) === deviceToken;
    if (isProved && (await this.moveToken(domain, previous, deviceToken))) return true;
    return this.contacts.hasTokenOf(domain, deviceToken);
  }

  /** False where the domain has no active contact of the token `from`. */
  private async moveToken(domain: string, from: string, to: string): Promise<boolean> {
    if (!(await this.contacts.isActive(from))) return false;
    return this.transactions.run((transaction) => this.contacts.moveToken(domain, { from, to }, transaction));
  }

  /** Sets the e-mail of an active contact. An unknown token changes nothing. */
  async setEmail(deviceToken: string, email: string): Promise<void> {
    await this.change(deviceToken, { email });
  }

  /** Sets the visitor guid of an active contact. An unknown token changes nothing. */
  async setVisitorGuid(deviceToken: string, visitorGuid: string): Promise<void> {
    await this.change(deviceToken, { visitorGuid });
  }

  /**
   * Finds the domain's active contacts that match, as a stream. Throws `resource_not_found` when there are
   * none, and `validation_failed` when `modifiedFrom` is after `modifiedTo`.
   */
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

  private async change(deviceToken: string, change: { email: string } | { visitorGuid: string }): Promise<void> {
    await this.storeAndTellDoppler(
      (transaction) => this.contacts.updateActive(deviceToken, change, transaction),
      (before) => (isChanged(before, change) ? { ...before, ...change } : undefined),
    );
  }

  /** With Doppler enabled, stores contact and hand-over in one transaction, so that neither exists alone. */
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
    // Not awaited: the visitor's request must not wait for a Redis that does not respond.
    if (contactId !== undefined) void this.dopplerVisitors.enqueue(contactId);
  }
}

function toNewContact(request: RegisterContactRequest): NewContact {
  return {
    domain: request.domain,
    deviceToken: request.deviceToken,
    email: request.email ?? null,
    visitorGuid: textOrNull(request.visitorGuid),
    subscription: completeSubscription(request.subscription),
  };
}

function isChanged(before: Contact, change: { email: string } | { visitorGuid: string }): boolean {
  return 'email' in change ? before.email !== change.email : before.visitorGuid !== change.visitorGuid;
}
