import { Injectable } from '@nestjs/common';
import { prepend } from '../core/async/prepend.js';
import { AppError, invalidProperty } from '../core/errors/errors.js';
import { completeSubscription, textOrNull } from './complete-subscription.js';
import { Deliverability } from './deliverability.js';
import type { ContactsQuery, RegisterContactRequest } from './push-contacts.dto.js';
import { type Contact, type NewContact, PushContactsRepository } from './push-contacts.repository.js';
import { ContactWrites, TokenTakenError } from './registration/contact-writes.js';
import { KnownInstallations } from './registration/known-installations.js';
import { authMismatch, SubscriptionProof } from './subscription-proof.js';

/** Registers and lists push contacts. */
@Injectable()
export class PushContactsService {
  constructor(
    private readonly contacts: PushContactsRepository,
    private readonly deliverability: Deliverability,
    private readonly proof: SubscriptionProof,
    private readonly writes: ContactWrites,
    private readonly installations: KnownInstallations,
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
    if (contact === undefined || (await this.installations.hasContact(contact, request.previousDeviceToken))) return;
    const storedAuth = await this.findProvedAuth(given, request.previousAuth);
    if (admit !== undefined) {
      if (await this.contacts.isActive(contact.deviceToken)) return;
      await admit();
    }
    await this.writes.addOrRevive(contact, storedAuth).catch((error: unknown) => this.ignoreActive(contact, error));
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
