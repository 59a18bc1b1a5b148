import { Injectable } from '@nestjs/common';
import { findInstallationId, isInstallationId } from '../../core/validation/firebase-installation-id.js';
import { CHANGE } from '../counting/contact-changes.js';
import { ContactCounter } from '../counting/contact-counter.js';
import { type NewContact, PushContactsRepository } from '../push-contacts.repository.js';

/** Knows contacts again by their Firebase installation. */
@Injectable()
export class KnownInstallations {
  constructor(
    private readonly contacts: PushContactsRepository,
    private readonly counter: ContactCounter,
  ) {}

  /**
   * Whether the Firebase installation has an active contact of the domain, under its id FID or a token
   * `FID:…`: two would get everything twice. The contact gets the new token from who knows the old one, as
   * for its e-mail. A FID alone is less than the token that begins with it, so it changes nothing.
   */
  async hasContact({ domain, deviceToken }: NewContact, previous: string | null | undefined): Promise<boolean> {
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
    return this.counter.run(async (transaction, changes) => {
      const replaced = await this.contacts.moveToken(domain, { from, to }, transaction);
      changes.add(domain, CHANGE.pruned, replaced ?? 0);
      return replaced !== undefined;
    });
  }
}
