/** The queue that wakes a worker to send a batch of a broadcast or of a list. */
export const DELIVERY_BATCHES_QUEUE = 'delivery-batches';

/**
 * The queue that wakes a worker to send to a single visitor. It is separate so that no broadcast delays it.
 */
export const VISITOR_BATCHES_QUEUE = 'visitor-batches';

export interface DeliveryBatchJob {
  readonly batchId: string;
}

/** Contacts in a batch. It takes many calls, so that the ledger's cost is shared by many outcomes. */
export const BATCH_CONTACTS = 3_000;

/** After this long without an extension, another worker may take the batch. */
export const LEASE_MS = 20_000;

/** How often a worker extends its lease and reads whether the batch was cancelled. */
export const HEARTBEAT_MS = 1_000;
