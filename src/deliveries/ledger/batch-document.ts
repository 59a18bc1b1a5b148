import mongoose from 'mongoose';
import type { Batch } from './batch.js';
import type { DeliveryBatchDocument } from './batches.schema.js';

const { UUID } = mongoose.mongo;

/** Converts a batch into a document without its state. */
export function toDocument(batch: Batch): Omit<DeliveryBatchDocument, 'state'> {
  return {
    _id: batch.id,
    delivery_id: batch.deliveryId,
    message_id: new UUID(batch.messageId),
    domain: batch.domain,
    number: batch.number,
    turn: batch.startTag,
    lane: batch.lane,
    range: batch.range && { after_id: batch.range.afterId, up_to_id: batch.range.upToId },
    visitors: batch.visitors?.map(({ guid, values }) => ({ visitor_guid: guid, values: [...values] })) ?? null,
    contact_ids: batch.contactIds,
    ...(batch.erasedContactIds !== undefined && { erased_contact_ids: batch.erasedContactIds }),
    contacts: batch.contacts,
    attempt: batch.attempt,
    starts: 0,
    expires_at: batch.expiresAt,
    give_up_at: batch.giveUpAt,
    lost_responses: batch.lostResponses,
    ...toStoredWait(batch),
    ...(batch.traceParent !== undefined && { trace_parent: batch.traceParent }),
  };
}

/** The optional fields of what a batch waits for. */
export const WAIT_FIELDS = ['waiting_for', 'throttled_by', 'slot_at'] as const;

/** Left out where there are none, so that the index of waiting batches is small. */
export function toStoredWait({
  waitingFor,
  throttledBy,
  slotAt,
}: Pick<Batch, 'waitingFor' | 'throttledBy' | 'slotAt'>): Pick<DeliveryBatchDocument, (typeof WAIT_FIELDS)[number]> {
  return {
    ...(waitingFor.length > 0 && { waiting_for: waitingFor }),
    ...(throttledBy !== null && { throttled_by: throttledBy }),
    ...(slotAt !== null && { slot_at: slotAt }),
  };
}

/** The start tag of a stored batch, also of an older version. */
export function readStartTag({ turn, number }: Pick<DeliveryBatchDocument, 'turn' | 'number'>): number {
  return turn ?? number;
}

/** Converts a stored batch, also one of an older version. */
export function toBatch(document: DeliveryBatchDocument): Batch {
  return {
    id: document._id,
    deliveryId: document.delivery_id,
    messageId: document.message_id.toString(),
    domain: document.domain,
    number: document.number,
    startTag: readStartTag(document),
    lane: document.lane,
    range: document.range && { afterId: document.range.after_id, upToId: document.range.up_to_id },
    visitors:
      document.visitors?.map(({ visitor_guid, values }) => ({ guid: visitor_guid, values: new Map(values) })) ?? null,
    contactIds: document.contact_ids,
    ...(document.erased_contact_ids !== undefined && { erasedContactIds: document.erased_contact_ids }),
    contacts: document.contacts,
    attempt: document.attempt,
    expiresAt: document.expires_at,
    giveUpAt: document.give_up_at,
    lostResponses: document.lost_responses ?? 0,
    waitingFor: document.waiting_for ?? [],
    throttledBy: document.throttled_by ?? null,
    slotAt: document.slot_at ?? null,
    ...(document.trace_parent !== undefined && { traceParent: document.trace_parent }),
  };
}
