import { databaseDate } from '../../core/mongo/database-clock.js';
import { WriteCoalescer } from '../../core/async/write-coalescer.js';
import type { SendEvent, SendEventsRepository } from '../../events/send-events.repository.js';
import type { RejectedContact } from '../../push-contacts/contact-pruner.js';
import type { Recipient } from '../../push-contacts/recipients.reader.js';
import { BatchCounts } from '../settle/batch-counts.js';
import { isGone, type RecipientOutcome, toSendEvent } from '../settle/outcome.js';
import { asksForRetry, planRetries, type Retry, type RetryTime, type Unsettled } from '../settle/retries.js';
import type { GoneCall } from '../pruning/pruning.service.js';
import type { SentBatch } from '../settle/settlement.js';
import type { StartedBatch } from '../ledger/batch.js';
import type { Lease } from './lease.js';
import { ServiceCounts } from './service-counts.js';
import { readPushService } from './throttling/throttle-keys.js';

/** Calls whose events are written together. */
const MAX_WRITES_PER_FLUSH = 16;

/**
 * One run of a batch by one worker: records final outcomes as they arrive and keeps what the settlement
 * needs.
 */
export class BatchRun {
  private counts: BatchCounts;
  private goneCalls: GoneCall[];
  private unsettled: Unsettled[] = [];
  /** Ids of contacts that were begun, as they were claimed. */
  private readonly claimed: string[][] = [];
  private isClosed = false;
  /** Contacts that another batch has by now. */
  private left: ReadonlySet<string> = new Set();
  private readonly services = new ServiceCounts();
  /** Whether the events may hold outcomes of another worker that this run has not seen. */
  private isShared: boolean;
  /** Calls that end during a write are written together: PushApi takes few subscriptions a call. */
  private readonly writes: WriteCoalescer<readonly RecipientOutcome[]>;

  /** @param recorded the events that an earlier run of the same batch has recorded. */
  constructor(
    public batch: StartedBatch,
    recorded: readonly SendEvent[],
    private readonly events: SendEventsRepository,
    private readonly lease: Lease,
    private readonly nameService: (recipient: Recipient) => string,
  ) {
    this.isShared = batch.isRestarted;
    this.counts = countRecorded(batch, recorded);
    this.goneCalls = toGoneCalls(recorded.length, recorded.filter(isGone).map(rejectedBefore));
    this.writes = new WriteCoalescer('send-events', (calls) => this.record(calls), MAX_WRITES_PER_FLUSH);
  }

  /**
   * Resolves when the final ones of the outcomes are recorded, however long MongoDB takes; temporary
   * ones wait for `planRetries`. Throws LeaseLostError when another worker has the batch.
   */
  add(outcomes: readonly RecipientOutcome[]): Promise<void> {
    return this.writes.add(outcomes);
  }

  /**
   * Claims contacts right before they are sent to, or have an outcome for another reason. False once this is
   * closed: they are, or may come to be, in another batch.
   */
  claim(contacts: readonly Pick<Recipient, 'id'>[]): boolean {
    if (!this.isClosed) this.claimed.push(contacts.map(({ id }) => id));
    return !this.isClosed;
  }

  /** Lets no more contacts be claimed, and returns those that were. */
  close(): ReadonlySet<string> {
    this.isClosed = true;
    return new Set(this.claimed.flat());
  }

  /** Goes on with `kept`, without the contacts that another batch has. */
  leave(kept: StartedBatch, contacts: readonly Pick<Recipient, 'id'>[]): void {
    this.batch = kept;
    this.left = new Set(contacts.map(({ id }) => id));
  }

  /** Whether no recipient has a final outcome. */
  get isUndecided(): boolean {
    return this.total.sent === 0;
  }

  /** The final outcomes. */
  get total(): BatchCounts['total'] {
    return this.counts.total;
  }

  /**
   * Counts the events that stand instead of what this run remembers, where another worker may have
   * written some of them: an event that was there first stays as it is.
   * @param findRecorded reads the events of all recipients of the batch.
   */
  async recount(findRecorded: () => Promise<readonly SendEvent[]>): Promise<void> {
    if (!this.isShared) return;
    const standing = await findRecorded();
    const rejected = new Map(this.goneCalls.flatMap(({ gone }) => gone).map((each) => [each.id, each]));
    const decided = new Set(standing.map(({ contactId }) => contactId));
    this.counts = countRecorded(this.batch, standing);
    const gone = standing.filter(isGone).map((event) => rejected.get(event.contactId) ?? rejectedBefore(event));
    this.goneCalls = toGoneCalls(standing.length, gone);
    this.unsettled = this.unsettled.filter(([{ id }]) => !decided.has(id));
  }

  /** The batches that retry what failed temporarily; empty when nothing did. */
  planRetries(time: RetryTime): Retry[] {
    const unsettled = this.unsettled.filter(([{ id }]) => !this.left.has(id));
    return planRetries(this.batch, unsettled, time);
  }

  /** Converts the run into the input of the settlement. */
  toSentBatch(retries: readonly Retry[]): SentBatch {
    return {
      batch: this.batch,
      counts: this.counts,
      goneCalls: this.goneCalls,
      services: this.services.counts,
      retries,
      quietly: (transaction) => this.lease.quietly(transaction),
    };
  }

  private async record(calls: readonly (readonly RecipientOutcome[])[]): Promise<void> {
    const date = databaseDate();
    const decided = calls.map((call) => this.decide(call, date));
    const events = decided.flatMap((call) => call.events);
    // What is recorded is not sent again by the worker that continues with the batch.
    const areAllNew = await this.lease.persist(() => this.events.record(this.batch, events));
    if (!areAllNew) this.isShared = true;
    this.counts.add(date, events);
    for (const call of decided) {
      this.goneCalls.push(...toGoneCalls(call.events.length, call.gone));
      this.unsettled.push(...call.unsettled);
    }
  }

  /** Tells the final outcomes of a call from those that ask for another attempt. */
  private decide(call: readonly RecipientOutcome[], date: Date): Decided {
    const decided: Decided = { events: [], gone: [], unsettled: [] };
    for (const outcome of call) {
      if (asksForRetry(this.batch, outcome, date.getTime())) {
        decided.unsettled.push(outcome);
        continue;
      }
      const [recipient, result] = outcome;
      const isGone = result.kind === 'gone';
      this.services.add(readPushService(recipient), isGone);
      const pushService = this.nameService(recipient);
      decided.events.push(toSendEvent(recipient, { outcome: result, pushService, date }));
      if (isGone) decided.gone.push(rejectedNow(recipient));
    }
    return decided;
  }
}

/** The outcomes of one call. */
interface Decided {
  readonly events: SendEvent[];
  readonly gone: RejectedContact[];
  readonly unsettled: Unsettled[];
}

function toGoneCalls(answered: number, gone: readonly RejectedContact[]): GoneCall[] {
  return gone.length === 0 ? [] : [{ answered, gone }];
}

function countRecorded(batch: StartedBatch, recorded: readonly SendEvent[]): BatchCounts {
  const counts = new BatchCounts(batch);
  for (const event of recorded) counts.add(event.date, [event]);
  return counts;
}

function rejectedNow({ id, deviceToken, subscription }: Recipient): RejectedContact {
  return { id, deviceToken, rejectedAs: { endpoint: subscription?.endpoint ?? null } };
}

/**
 * An event does not hold the rejected endpoint; a contact that has changed since then may have a valid one.
 */
function rejectedBefore({ contactId, deviceToken, date }: SendEvent): RejectedContact {
  return { id: contactId, deviceToken, rejectedAs: { unchangedSince: date } };
}
