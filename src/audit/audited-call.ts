import type { CallRecord } from '../core/mongo/call-record.js';
import type { Transaction } from '../core/mongo/transactions.js';
import type { AuditLog } from './audit-log.js';
import type { AuditEntry } from './audit.repository.js';

/** The route of a call. */
export interface AuditedRoute {
  /** Whether its calls change something in transactions alone. */
  readonly changesInTransactions: boolean;
  /** What is deleted cannot be looked at afterwards, and an erasure takes long. */
  readonly isDeletion: boolean;
  /** The status of its success, once its handler has begun. */
  readonly successStatus: () => number;
}

/** What is learnt of a call while it is served. */
type Learnt = Partial<Pick<AuditEntry, 'messageId' | 'domains' | 'isRepeat'>>;

/**
 * The entry of one call. Where the route says that changes are made in transactions, it is written in the
 * first, so that neither is stored without the other. Else it is sent to MongoDB before the change, and what
 * is learnt later is added to it; the change waits until it is stored only where something is deleted, or
 * where MongoDB did not take the last entry, since waiting costs each call a tenth of its time. The response
 * waits for it always.
 */
export class AuditedCall implements CallRecord {
  private isStored = false;
  /** The write that was sent before the change. */
  private storing: Promise<void> | undefined;
  private learnt: Learnt = {};
  private storedStatus: number | null = null;
  /** What was learnt when the entry was written. */
  private storedLearnt: Learnt | undefined;

  constructor(
    private readonly entry: Promise<AuditEntry>,
    private readonly log: AuditLog,
    private readonly route: AuditedRoute,
  ) {}

  async beforeChange(): Promise<void> {
    if (this.route.changesInTransactions) return;
    // Sent first: once the change is on its way, not even a killed process takes it back.
    this.storing = this.store(await this.complete(null));
    // The response waits for it, and gets its error.
    this.storing.catch(() => undefined);
    if (this.route.isDeletion || !this.log.isTaking) await this.storing;
  }

  async join(transaction: Transaction): Promise<void> {
    if (this.isStored) return;
    if (this.storing !== undefined) return this.storing;
    // It is stored only if the change is; another status of the response corrects it.
    await this.log.storeWithin(await this.complete(this.route.successStatus()), transaction);
  }

  committed(): void {
    this.isStored = true;
  }

  setMessageId(messageId: string): void {
    this.learnt = { ...this.learnt, messageId };
  }

  setRepeated(messageId: string): void {
    this.learnt = { ...this.learnt, messageId, isRepeat: true };
  }

  async addDomains(domains: readonly string[]): Promise<void> {
    const known = this.learnt.domains ?? (await this.entry).domains;
    if (domains.every((domain) => known.includes(domain))) return;
    this.learnt = { ...this.learnt, domains: [...new Set([...known, ...domains])] };
    if (this.isStored) await this.log.replace(await this.complete(null));
  }

  /** Resolves when the entry is stored: the response waits for it. Rejects when MongoDB does not take it. */
  async end(status: number): Promise<void> {
    await this.storing;
    if (!this.isStored) {
      await this.store(await this.complete(status));
      return;
    }
    const isKnown = this.storedStatus === status && this.storedLearnt === this.learnt;
    if (!isKnown) this.log.addOutcome(await this.complete(status));
  }

  private async store(entry: AuditEntry): Promise<void> {
    await this.log.store(entry);
    this.isStored = true;
  }

  private async complete(status: number | null): Promise<AuditEntry> {
    const entry = await this.entry;
    this.storedStatus = status;
    this.storedLearnt = this.learnt;
    return { ...entry, ...this.learnt, status };
  }
}
