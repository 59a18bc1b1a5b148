import type { CallRecord } from '../core/mongo/call-record.js';
import type { CombinedWrites } from '../core/mongo/combined-writes.js';
import type { AuditLog } from './audit-log.js';
import type { AuditEntry } from './audit.repository.js';

/** The route of a call. */
export interface AuditedRoute {
  /** Whether its calls write their record with what they change. */
  readonly changesWithRecord: boolean;
  /** The status of its success, once its handler has begun. */
  readonly successStatus: () => number;
}

/** What is learnt of a call while it is served. */
type Learnt = Partial<Pick<AuditEntry, 'messageId' | 'domains' | 'isRepeat'>>;

/**
 * The entry of one call. Where the route says so it is written with the first change, so that no change is
 * stored without it. Else it is stored before the change begins, and what is learnt later is added to it. The
 * response waits for it always.
 */
export class AuditedCall implements CallRecord {
  private isStored = false;
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
    if (this.route.changesWithRecord) return;
    await this.store(await this.complete(null));
  }

  async addTo(writes: CombinedWrites): Promise<void> {
    // Another status of the response corrects it.
    if (!this.isStored) this.log.addTo(writes, await this.complete(this.route.successStatus()));
  }

  stored(): void {
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
    if (this.isStored) await this.log.store(await this.complete(null));
  }

  /** Resolves when the entry is stored: the response waits for it. Rejects when MongoDB does not take it. */
  async end(status: number): Promise<void> {
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
