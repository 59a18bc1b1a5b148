import { Injectable } from '@nestjs/common';
import { chunk } from '../../core/async/chunk.js';
import { WriteCoalescer } from '../../core/async/write-coalescer.js';
import { AppError } from '../../core/errors/errors.js';
import { readProperty } from '../../core/errors/read-property.js';
import type { Transaction } from '../../core/mongo/transactions.js';
import { DopplerVisitorsService } from '../../doppler/doppler-visitors.service.js';
import { CHANGE, type ContactChanges } from '../counting/contact-changes.js';
import { ContactCounter } from '../counting/contact-counter.js';
import type { NewContact } from '../push-contacts.repository.js';
import { type Decided, NewContactsRepository, type StoredToken } from './new-contacts.repository.js';

/** Requests in one transaction: their contacts have at most 16 MB. */
const MAX_WRITES_PER_FLUSH = 500;

/** The device token has an active contact already. */
export class TokenTakenError extends Error {}

/** MongoDB's code for a write that conflicts with another transaction's. */
const WRITE_CONFLICT = 112;

/** Further conflicts are not those of a short transaction: it is of a process that was killed, or frozen. */
const MAX_CONFLICTS = 5;

/** MongoDB ends a transaction of a process that was killed after a minute. */
const RETRY_AFTER_SECONDS = 60;

/** Another transaction holds one of the contacts, and goes on doing so. */
class HeldError extends Error {}

/** A contact that waits to be stored, and what has become of it. */
interface PendingContact {
  readonly contact: NewContact;
  readonly storedAuth: string | null | undefined;
  isStored: boolean;
  failure: AppError | undefined;
  /** Has a hand-over to Doppler. */
  handOverOf: string | undefined;
}

/**
 * Stores contacts and counts them, those of concurrent requests in one transaction: the counters of a domain
 * are one document, which a transaction for each contact would wait for.
 */
@Injectable()
export class ContactWrites {
  private readonly writes = new WriteCoalescer<PendingContact>((pending) => this.write(pending), MAX_WRITES_PER_FLUSH);

  constructor(
    private readonly contacts: NewContactsRepository,
    private readonly counter: ContactCounter,
    private readonly dopplerVisitors: DopplerVisitorsService,
  ) {}

  /**
   * Inserts a contact, or revives the one of the same token that was pruned or left; with Doppler enabled,
   * plans its hand-over in the same transaction. Throws `TokenTakenError` when it is active.
   *
   * @param storedAuth revives only a contact whose subscription has this `auth`, and adds none; null: one
   *   that has none, or adds one; undefined: any.
   */
  async addOrRevive(contact: NewContact, storedAuth: string | null | undefined): Promise<void> {
    const pending: PendingContact = { contact, storedAuth, isStored: false, failure: undefined, handOverOf: undefined };
    await this.writes.add(pending);
    if (pending.failure !== undefined) throw pending.failure;
    if (!pending.isStored) throw new TokenTakenError();
    // Not awaited: the visitor's request must not wait for a Redis that does not respond.
    if (pending.handOverOf !== undefined) void this.dopplerVisitors.enqueue(pending.handOverOf);
  }

  private async write(pending: readonly PendingContact[]): Promise<void> {
    try {
      await this.store(pending);
    } catch (error) {
      if (!(error instanceof HeldError)) throw error;
      await this.separate(pending);
    }
  }

  /** Contacts that can be stored do not wait for one that cannot: halves are stored by themselves. */
  private async separate(pending: readonly PendingContact[]): Promise<void> {
    const [first, ...others] = pending;
    if (first !== undefined && others.length === 0) first.failure = heldFailure();
    else for (const half of chunk(pending, Math.ceil(pending.length / 2))) await this.write(half);
  }

  private async store(pending: readonly PendingContact[]): Promise<void> {
    const domains = pending.map(({ contact }) => contact.domain);
    let conflicts = 0;
    await this.counter.run(async (transaction, changes) => {
      const tokens = new Set(pending.map(({ contact }) => contact.deviceToken));
      const stored = await this.contacts.find([...tokens], transaction);
      const decided: Decided = { added: [], revived: [] };
      for (const each of pending) await this.decide(each, stored, decided, { transaction, changes });
      await this.contacts.save(decided, transaction).catch((error: unknown) => {
        if (readProperty(error, 'code') === WRITE_CONFLICT) conflicts += 1;
        throw conflicts > MAX_CONFLICTS ? new HeldError() : error;
      });
    }, domains);
  }

  /** Of several contacts of one token, the first is stored. */
  private async decide(
    pending: PendingContact,
    stored: Map<string, StoredToken>,
    { added, revived }: Decided,
    { transaction, changes }: { transaction: Transaction; changes: ContactChanges },
  ): Promise<void> {
    const { contact, storedAuth } = pending;
    const found = stored.get(contact.deviceToken);
    pending.isStored = canStore(found, storedAuth);
    pending.handOverOf = undefined;
    if (!pending.isStored) return;
    const written = { ...contact, id: found?.id ?? this.contacts.nextId() };
    (found === undefined ? added : revived).push(written);
    count(changes, contact.domain, found);
    stored.set(contact.deviceToken, { id: written.id, domain: contact.domain, ...ACTIVE });
    if (this.dopplerVisitors.isEnabled) {
      pending.handOverOf = await this.dopplerVisitors.plan(written, transaction);
    }
  }
}

const ACTIVE = { isInactive: false, hasLeft: false, auth: null };

function heldFailure(): AppError {
  const detail = 'Another transaction holds this contact; nothing was stored, try again.';
  return new AppError('database_unavailable', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}

function canStore(found: StoredToken | undefined, storedAuth: string | null | undefined): boolean {
  // Who has proved to know a contact's `auth` revives that one, and adds no other.
  if (found === undefined) return typeof storedAuth !== 'string';
  return found.isInactive && (storedAuth === undefined || found.auth === storedAuth);
}

function count(changes: ContactChanges, domain: string, found: StoredToken | undefined): void {
  if (found === undefined) changes.add(domain, CHANGE.registered);
  else if (found.domain === domain) changes.add(domain, found.hasLeft ? CHANGE.returnedAfterLeaving : CHANGE.returned);
  else {
    changes.add(found.domain, found.hasLeft ? CHANGE.movedAwayAfterLeaving : CHANGE.movedAway);
    changes.add(domain, CHANGE.registered);
  }
}
