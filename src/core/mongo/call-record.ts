import { AsyncLocalStorage } from 'node:async_hooks';
import type { CombinedWrites } from './combined-writes.js';

/** The record of a call to the API, as far as those who change something need to know it. */
export interface CallRecord {
  /** The request is valid; its handler runs when this resolves. Throws `database_unavailable`. */
  beforeChange(): Promise<void>;
  /**
   * Adds the record to writes of the call, unless it is stored; again when their transaction runs again. It
   * says that the call succeeds, as it does where they are stored.
   */
  addTo(writes: CombinedWrites): Promise<void>;
  /** The writes that it was added to are stored. */
  stored(): void;
  /** The call is about this message, which it has just made. */
  setMessageId(messageId: string): void;
  /** The call repeats an earlier one, which made this message; it changes nothing. */
  setRepeated(messageId: string): void;
  /** The call is about to change something of these domains. Resolves when the record says so. */
  addDomains(domains: readonly string[]): Promise<void>;
}

const records = new AsyncLocalStorage<CallRecord>();

/** Runs what serves a call, so that its transactions and `writeRecorded` write the call's record as well. */
export function runRecorded(record: CallRecord, serve: () => void): void {
  records.run(record, serve);
}

/** The record of the call that is being served; undefined for a call without one, and for a worker. */
export function currentCallRecord(): CallRecord | undefined {
  return records.getStore();
}
