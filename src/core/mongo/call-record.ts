import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientSession } from 'mongoose';

/** The record of a call to the API, as far as those who change something need to know it. */
export interface CallRecord {
  /** The request is valid; its handler runs when this resolves. Throws `database_unavailable`. */
  beforeChange(): Promise<void>;
  /** Writes the record in a transaction of the call; again when the transaction runs again. */
  join(transaction: ClientSession): Promise<void>;
  /** The transaction that it was written in is committed. */
  committed(): void;
  /** The call is about this message, which it has just made. */
  setMessageId(messageId: string): void;
  /** The call repeats an earlier one, which made this message; it changes nothing. */
  setRepeated(messageId: string): void;
  /** The call is about to change something of these domains. Resolves when the record says so. */
  addDomains(domains: readonly string[]): Promise<void>;
}

const records = new AsyncLocalStorage<CallRecord>();

/** Runs what serves a call, so that its transactions write the call's record as well. */
export function runRecorded(record: CallRecord, serve: () => void): void {
  records.run(record, serve);
}

/** The record of the call that is being served; undefined for a call without one, and for a worker. */
export function currentCallRecord(): CallRecord | undefined {
  return records.getStore();
}
