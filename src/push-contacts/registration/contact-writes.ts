import { Injectable } from '@nestjs/common';
import { WriteCoalescer } from '../../core/async/write-coalescer.js';
import type { AppError } from '../../core/errors/errors.js';
import type { Transaction } from '../../core/mongo/transactions.js';
import { DopplerVisitorsService } from '../../doppler/doppler-visitors.service.js';
import { CHANGE, type ContactChanges } from '../counting/contact-changes.js';
import { ContactCounter } from '../counting/contact-counter.js';
import { heldFailure } from '../counting/held-contacts.js';
import type { NewContact } from '../push-contacts.repository.js';
import { type Decided, NewContactsRepository, type StoredToken } from './new-contacts.repository.js';

/** Requests in one transaction: their contacts have at most 16 MB. */
const MAX_WRITES_PER_FLUSH = 500;

/** The device token has an active contact already. */
export class TokenTakenError extends Error {}

/** A contact that waits to be stored, and what has become of it. */
interface PendingContact {
  readonly contact: NewContact;
  readonly storedAuth: string | null | undefined;
  /** Its id; undefined where its token is taken. */
  storedId: string | undefined;
  failure: AppError | undefined;
  /** To Doppler. */
  hasHandOver: boolean;
}

/**
 * Stores contacts and counts them, those of concurrent requests in one transaction: the counters of a domain
 * are one document, which a transaction for each contact would wait for.
 */
@Injectable()
export class ContactWrites {
  private readonly writes = new WriteCoalescer<PendingContact>(
    'registrations',
    (pending) => this.write(pending),
    MAX_WRITES_PER_FLUSH,
  );

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
    const pending: PendingContact = {
      contact,
      storedAuth,
      storedId: undefined,
      failure: undefined,
      hasHandOver: false,
    };
    await this.writes.add(pending);
    if (pending.failure !== undefined) throw pending.failure;
    if (pending.storedId === undefined) throw new TokenTakenError();
    // Not awaited: the visitor's request must not wait for a Redis that does not respond.
    if (pending.hasHandOver) void this.dopplerVisitors.enqueue(pending.storedId);
  }

  private async write(pending: readonly PendingContact[]): Promise<void> {
    const held = await this.counter.runOnEach(groupByToken(pending), (groups, transaction, changes) =>
      this.store(groups.flat(), transaction, changes),
    );
    for (const each of held.flat()) each.failure = heldFailure();
  }

  private async store(
    pending: readonly PendingContact[],
    transaction: Transaction,
    changes: ContactChanges,
  ): Promise<void> {
    const tokens = new Set(pending.map(({ contact }) => contact.deviceToken));
    const stored = await this.contacts.find([...tokens], transaction);
    const decided: Decided = { added: [], revived: [] };
    for (const each of pending) this.decide(each, stored, decided, changes);
    await this.contacts.save(decided, transaction);
    if (!this.dopplerVisitors.isEnabled) return;
    const planned = await this.dopplerVisitors.plan([...decided.added, ...decided.revived], transaction);
    const handOvers = new Set(planned);
    for (const each of pending) each.hasHandOver = each.storedId !== undefined && handOvers.has(each.storedId);
  }

  /** Of several contacts of one token, the first is stored. */
  private decide(
    pending: PendingContact,
    stored: Map<string, StoredToken>,
    { added, revived }: Decided,
    changes: ContactChanges,
  ): void {
    const { contact, storedAuth } = pending;
    const found = stored.get(contact.deviceToken);
    pending.storedId = undefined;
    pending.hasHandOver = false;
    if (!canStore(found, storedAuth)) return;
    const id = found?.id ?? this.contacts.nextId();
    pending.storedId = id;
    if (found === undefined) added.push({ ...contact, id });
    else revived.push({ ...contact, id, storedDomain: found.domain });
    count(changes, contact.domain, found);
    stored.set(contact.deviceToken, { id, domain: contact.domain, ...ACTIVE });
  }
}

const ACTIVE = { isInactive: false, hasLeft: false, auth: null };

function groupByToken(pending: readonly PendingContact[]): readonly PendingContact[][] {
  const groups = new Map<string, PendingContact[]>();
  for (const each of pending) {
    const { deviceToken } = each.contact;
    groups.set(deviceToken, [...(groups.get(deviceToken) ?? []), each]);
  }
  return [...groups.values()];
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
