import type { CallRecord } from '../core/mongo/call-record.js';
import type { Transaction } from '../core/mongo/transactions.js';
import type { AuditLog } from './audit-log.js';
import type { AuditEntry } from './audit.repository.js';

/** The route of a call. */
export interface AuditedRoute {
  readonly name: string;
  /** The status of its success, once its handler has begun. */
  readonly successStatus: () => number;
}

/** Routes whose last successful call had no transaction; see `AuditedCall.begin`. */
export type RoutesWithoutTransaction = Set<string>;

/**
 * The entry of one call. It is written in the call's own transaction, so that neither is stored without the
 * other. Without one it is written beside the change and the response waits for both; which routes have no
 * transaction is learnt from their last call, so that a new route needs no mark.
 */
export class AuditedCall implements CallRecord {
  private isStored = false;
  /** The write beside the change. */
  private storing: Promise<void> | undefined;
  private messageId: string | null;
  private storedMessageId: string | null = null;
  private storedStatus: number | null = null;

  constructor(
    private readonly entry: Promise<AuditEntry>,
    private readonly log: AuditLog,
    private readonly route: AuditedRoute,
    private readonly withoutTransaction: RoutesWithoutTransaction,
    messageId: string | null,
  ) {
    this.messageId = messageId;
  }

  /** The handler is about to run. */
  begin(): void {
    if (!this.withoutTransaction.has(this.route.name)) return;
    this.storing = this.store(null);
    // Who waits for it gets its error.
    this.storing.catch(() => undefined);
  }

  async join(transaction: Transaction): Promise<void> {
    if (this.isStored) return;
    // Stored before the change is.
    if (this.storing !== undefined) return this.storing;
    // It is stored only if the change is; another status of the response corrects it.
    const entry = await this.complete(this.route.successStatus());
    await this.log.storeWithin(entry, transaction);
  }

  committed(): void {
    this.isStored = true;
    this.withoutTransaction.delete(this.route.name);
  }

  setMessageId(messageId: string): void {
    this.messageId = messageId;
  }

  /** Resolves when the entry is stored: the response waits for it. Rejects when MongoDB does not take it. */
  async end(status: number): Promise<void> {
    if (!this.isStored) {
      const isChange = status < 400;
      if (isChange) this.withoutTransaction.add(this.route.name);
      await (this.storing ?? this.store(status));
    }
    const hasOutcome = this.storedStatus === status && this.storedMessageId === this.messageId;
    if (hasOutcome) return;
    const { id } = await this.entry;
    this.log.addOutcome({ id, status, messageId: this.messageId });
  }

  private async store(status: number | null): Promise<void> {
    await this.log.store(await this.complete(status));
    this.isStored = true;
  }

  private async complete(status: number | null): Promise<AuditEntry> {
    const entry = await this.entry;
    this.storedStatus = status;
    this.storedMessageId = this.messageId;
    return { ...entry, status, messageId: this.messageId };
  }
}
