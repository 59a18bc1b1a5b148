import type { BatchOfContact, DeliveryOfMessage } from '../deliveries/ledger/contact-deliveries.reader.js';
import type { WaitReason } from '../deliveries/ledger/batch.js';
import { PUSH_API } from '../push-api-client/failure-reason.js';
import type { DiagnosisCause } from './causes.js';
import { type Diagnosis, type DiagnosisFacts, toDiagnosis } from './facts.js';

/** The reasons of waiting that have a cause of their own. */
const WAITS: ReadonlyMap<string, DiagnosisCause> = new Map([
  ['throttled', 'throttled'],
  ['limits', 'throttled'],
  ['quota-exceeded', 'throttled'],
  ['rate-per-minute', 'paced'],
]);

/** Says what the batches that may still send to an active contact wait for. */
export function diagnoseBatches(facts: DiagnosisFacts): Diagnosis[] {
  if (!facts.contact.isActive) return [];
  const deliveries = new Map(facts.deliveries.map((delivery) => [delivery.id, delivery]));
  return facts.batches.flatMap((batch) => diagnoseBatch(batch, deliveries.get(batch.deliveryId), facts));
}

function diagnoseBatch(
  batch: BatchOfContact,
  delivery: DeliveryOfMessage | undefined,
  { nowMs, pushService }: DiagnosisFacts,
): Diagnosis[] {
  if (batch.isCancelled || delivery?.state === 'cancelled') return [];
  const expiresAt = delivery?.expiresAt ?? null;
  const since = delivery?.startedAt ?? null;
  if (batch.state === 'received') return [toDiagnosis('not-planned-yet', { since, until: expiresAt })];
  if (batch.state !== 'pending') return [];
  const until = batch.dueAt !== null && batch.dueAt.getTime() > nowMs ? batch.dueAt : expiresAt;
  if (delivery !== undefined && delivery.startedAt.getTime() > nowMs) return [toDiagnosis('scheduled', { until })];
  const reason = findReason(batch.waitingFor, pushService);
  if (reason === undefined) return [toDiagnosis('waiting', { until, pushService })];
  const cause = WAITS.get(reason.code) ?? 'waiting';
  return [toDiagnosis(cause, { until, pushService: reason.service, reason: reason.code })];
}

/**
 * A batch has the reasons of all its contacts: the one of the same push service is the contact's, and else
 * one of the whole call, or of no push service.
 */
function findReason(reasons: readonly WaitReason[], pushService: string | null): WaitReason | undefined {
  return (
    reasons.find(({ service }) => service === pushService) ??
    reasons.find(({ service }) => service === null || service === PUSH_API)
  );
}
