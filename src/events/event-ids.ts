import mongoose from 'mongoose';

const { ObjectId } = mongoose.mongo;

/** What an outcome is of. */
export interface EventSource {
  readonly deliveryId: string;
  /** `visitor` for a send to a single visitor. */
  readonly lane: 'broadcast' | 'visitor';
}

/**
 * Returns the `_id` of an outcome: one for each delivery and contact, so that a second write changes nothing.
 * Those of a broadcast or list begin with the delivery, so that they are written side by side and read by
 * range. Those of single visitors begin with the contact, because no other index says which events a contact
 * has, and its deliveries are too many to ask one by one (docs/decisions/0010).
 */
export function toEventId({ deliveryId, lane }: EventSource, contactId: string): string {
  return lane === 'visitor' ? `${contactId}:${deliveryId}` : `${deliveryId}:${contactId}`;
}

/** Returns a new `_id` for what a contact may do repeatedly. */
export function newEventId(contactId: string): string {
  return `${contactId}:${new ObjectId().toHexString()}`;
}

/** Returns the `_id` of the first of a kind that a contact does with a message: there is one first. */
export function firstEventId(contactId: string, messageId: string, kind: string): string {
  return `${contactId}:first:${messageId}:${kind}`;
}

/** Matches the `_id`s that begin with the contact: `;` comes after `:`. */
export function eventIdsOf(contactId: string): { $gte: string; $lt: string } {
  return { $gte: `${contactId}:`, $lt: `${contactId};` };
}
