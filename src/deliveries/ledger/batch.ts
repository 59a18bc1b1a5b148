import type { FieldValues } from '../../messages/placeholders.js';
import type { DeliveryBatchDocument } from './batches.schema.js';

/** A visitor to send to, with the values of the message's placeholders. */
export interface Visitor {
  readonly guid: string;
  readonly values: FieldValues;
}

/** Why contacts of a batch wait for another attempt. */
export interface WaitReason {
  /** `PushApi`, `firebase`, or the name of a push service; null where it is none of them. */
  readonly service: string | null;
  /** The HTTP status, or the number of Firebase's error; null without one. */
  readonly status: number | null;
  /** A word, or the code of a network error. */
  readonly code: string;
  readonly contacts: number;
}

/** Recipients of a delivery that are sent to together. */
export interface Batch {
  readonly id: string;
  readonly deliveryId: string;
  readonly messageId: string;
  readonly domain: string;
  readonly number: number;
  /** Its place among the batches of all deliveries (`jobs/fair-queueing.ts`). Retries keep it. */
  readonly startTag: number;
  readonly lane: DeliveryBatchDocument['lane'];
  /** Null where `visitors` are given. */
  readonly range: { readonly afterId: string; readonly upToId: string } | null;
  readonly visitors: readonly Visitor[] | null;
  /** Only these contacts of the range or the visitors; null for all. */
  readonly contactIds: readonly string[] | null;
  /** Contacts of visitors that were erased, of which there may be outcomes; absent while there are none. */
  readonly erasedContactIds?: readonly string[];
  readonly contacts: number;
  /** How often its recipients were tried before, from 0. */
  readonly attempt: number;
  /** Recipients that are not sent to by then expire; null for no limit. */
  readonly expiresAt: Date | null;
  /** A temporary failure after this time is final; null before the first failure. */
  readonly giveUpAt: Date | null;
  /** How often the response of PushApi to its contacts was lost. */
  readonly lostResponses: number;
  /** Why its contacts wait for another attempt, a few reasons at most; empty before the first failure. */
  readonly waitingFor: readonly WaitReason[];
  /** The one throttle that all its contacts wait for; null for none, or several. */
  readonly throttledBy: string | null;
  /** The moment of a rate that was reserved for its contacts; null for none. */
  readonly slotAt: Date | null;
  /** The `traceparent` of the span that planned it; absent where nothing was traced. */
  readonly traceParent?: string;
}

/** The history of a batch that was not tried yet. */
export const UNTRIED = {
  attempt: 0,
  giveUpAt: null,
  lostResponses: 0,
  waitingFor: [],
  throttledBy: null,
  slotAt: null,
} as const;

/** A batch that has no start tag yet. */
export type CutBatch = Omit<Batch, 'startTag'>;

/** A batch that this worker has leased. */
export interface StartedBatch extends Batch {
  /** Whether an earlier worker started this attempt and did not finish it. */
  readonly isRestarted: boolean;
  readonly isCancelled: boolean;
  readonly lease: LeaseToken;
}

/** A fencing token: each start of a batch has its own, and only the latest one may write to the ledger. */
interface LeaseToken {
  /** The process, for people. */
  readonly owner: string;
  /** Higher with each start of the batch, never reset. */
  readonly number: number;
}

/** A batch as the worker that has started it names it. */
export type LeasedBatch = Pick<StartedBatch, 'id' | 'lease'>;

/** What is needed to enqueue a batch. */
export type BatchRef = Pick<Batch, 'id' | 'startTag' | 'lane'>;

/** When and as which attempt a postponed batch is tried again. */
export type Postponed = { readonly dueAt: Date } & Pick<Batch, keyof typeof UNTRIED>;
