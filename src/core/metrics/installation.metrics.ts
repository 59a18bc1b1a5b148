import { NAMED_ELSEWHERE } from './label-sets.js';
import { gauge } from './registry.js';

/** The queues of Bull by the state of their jobs. */
export const QUEUE_STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

/** Whether a dependency serves this process, as readiness sees it. */
export const dependencyUp = gauge({
  name: 'push_contact_dependency_up',
  help: 'Whether a dependency serves this process, as its readiness sees it: 1 or 0',
  labels: { dependency: ['mongodb', 'redis', 'push-api'] },
});

/** How many jobs Redis has. A job only wakes a worker: MongoDB knows the work. */
export const queueJobs = gauge({
  name: 'push_contact_queue_jobs',
  help: 'Jobs of a queue by their state',
  labels: { queue: NAMED_ELSEWHERE, state: QUEUE_STATES },
});

/** How long the batch waits that has waited longest for a worker. */
export const oldestOverdueBatchSeconds = gauge({
  name: 'push_contact_oldest_overdue_batch_age_seconds',
  help: 'Time since the batch was due that waits longest for a worker; 0 without one',
  labels: {},
});

/** How long the plan waits that has waited longest for a worker. */
export const oldestOverduePlanSeconds = gauge({
  name: 'push_contact_oldest_overdue_plan_age_seconds',
  help: 'Time since the plan was due that waits longest for a worker; 0 without one',
  labels: {},
});

/** How old the send is that has begun first of those that have not ended. */
export const oldestUnfinishedMessageSeconds = gauge({
  name: 'push_contact_oldest_unfinished_message_age_seconds',
  help: 'Time since the oldest send began that has not ended; 0 without one',
  labels: {},
});

/** Contacts that are tried again later, by why. */
export const contactsWaitingForRetry = gauge({
  name: 'push_contact_contacts_waiting_for_retry',
  help: 'Contacts that wait for another attempt, by the cause of the last failure',
  labels: { cause: NAMED_ELSEWHERE },
});

/** Pauses of push services that are in force. */
export const pausedPushServices = gauge({
  name: 'push_contact_paused_push_services',
  help: 'Pauses of a push service in force: for all domains (0 or 1), or the number of paused domains',
  labels: { push_service: NAMED_ELSEWHERE, scope: ['all', 'domain'] },
});

/** Domains of which no contact is pruned. */
export const openPruneBreakers = gauge({
  name: 'push_contact_open_prune_breakers',
  help: 'Domains whose pruning is stopped because too many contacts were said to be gone',
  labels: {},
});

/** Workers that are connected to the queue of batches. */
export const workers = gauge({
  name: 'push_contact_workers',
  help: 'Workers that take batches, as Redis sees them',
  labels: {},
});

/** What our collections occupy, with their indexes. */
export const mongodbStorageBytes = gauge({
  name: 'push_contact_mongodb_storage_bytes',
  help: 'Bytes on disk of a collection and its indexes',
  labels: { collection: NAMED_ELSEWHERE },
});

/** The disk of MongoDB, where the server tells it. */
export const mongodbDiskBytes = gauge({
  name: 'push_contact_mongodb_disk_bytes',
  help: 'Bytes of the file system that MongoDB stores its files on',
  labels: { state: ['used', 'total'] },
});
