import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { rawCollection } from '../../core/mongo/raw-collection.js';
import type { WaitReason } from './batch.js';
import { DELIVERY_BATCH, type DeliveryBatchDocument } from './batches.schema.js';
import { DELIVERY, type DeliveryDocument, type DeliveryKind, type DeliveryState } from './deliveries.schema.js';

const { UUID } = mongoose.mongo;

/** A delivery that has ended, in the order of its end. */
export interface EndedDelivery {
  readonly id: string;
  readonly endedAt: Date;
}

/** A delivery as far as it says whom it is to. */
export interface DeliveryOfMessage {
  readonly id: string;
  readonly kind: DeliveryKind;
  readonly state: DeliveryState;
  /** Contacts of the domain with ids up to this one are in batches. */
  readonly plannedUpTo: string;
  readonly batches: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** When its time to live ends; null for no limit. */
  readonly expiresAt: Date | null;
}

/** A batch that has, or had, a contact. */
export interface BatchOfContact {
  readonly deliveryId: string;
  readonly state: DeliveryBatchDocument['state'];
  readonly isCancelled: boolean;
  /** When it is tried next; null when it has ended or is not planned yet. */
  readonly dueAt: Date | null;
  readonly waitingFor: readonly WaitReason[];
}

/** Which contact, and whose. */
interface Recipient {
  readonly id: string;
  readonly visitorGuid: string | null;
}

const TO_MANY = ['domain', 'visitors'] as const;

/**
 * Deliveries of one message and state that are looked at. A broadcast is stored with its message and so is
 * the earliest; those of more single sends are found by the visitor.
 */
const MAX_OF_STATE = 250;

const STATES: readonly DeliveryState[] = ['planning', 'sending', 'done', 'cancelled'];

/** Batches that a retry divides again and again. */
const MAX_BATCHES = 1_000;

/** Finds the deliveries and batches that have to do with one contact, each by an index. */
@Injectable()
export class ContactDeliveriesReader {
  constructor(
    @InjectModel(DELIVERY) private readonly deliveries: Model<DeliveryDocument>,
    @InjectModel(DELIVERY_BATCH) private readonly batches: Model<DeliveryBatchDocument>,
  ) {}

  /** Finds deliveries to the domain or to lists that had begun and not ended at `asOf`, the latest first. */
  async findOpenIds(
    domain: string,
    { asOf, before }: { readonly asOf: Date; readonly before: string | undefined },
    limit: number,
  ): Promise<string[]> {
    const isBehind = before === undefined ? {} : { _id: { $lt: before } };
    const common = { domain, kind: { $in: TO_MANY }, started_at: { $lte: asOf }, ...isBehind };
    const filter = { $or: [null, { $gt: asOf }].map((end) => ({ ...common, finished_at: end })) };
    const documents = await this.deliveries.find(filter, { _id: 1 }, { sort: { _id: -1 }, limit }).lean();
    return documents.map(({ _id }) => _id);
  }

  /** Finds those that ended from `since` to `upTo`, behind a delivery if one is given, the latest first. */
  async findEnded(
    domain: string,
    { since, upTo, after }: { readonly since: Date; readonly upTo: Date; readonly after: EndedDelivery | undefined },
    limit: number,
  ): Promise<EndedDelivery[]> {
    const ended = { $gte: since, $lte: after !== undefined && after.endedAt < upTo ? after.endedAt : upTo };
    const behind = after && {
      $or: [{ finished_at: { $lt: after.endedAt } }, { finished_at: after.endedAt, _id: { $lt: after.id } }],
    };
    const filter = { domain, kind: { $in: TO_MANY }, finished_at: ended, ...behind };
    const sort = { sort: { finished_at: -1, _id: -1 }, limit } as const;
    const documents = await this.deliveries.find(filter, { finished_at: 1 }, sort).lean();
    return documents.flatMap(({ _id: id, finished_at: endedAt }) => (endedAt === null ? [] : [{ id, endedAt }]));
  }

  /** Finds the deliveries of a message, the earliest 250 of each state. */
  async findOfMessage(messageId: string): Promise<DeliveryOfMessage[]> {
    const sort = { sort: { started_at: 1 }, limit: MAX_OF_STATE } as const;
    const ofStates = await Promise.all(
      STATES.map((state) => this.deliveries.find({ message_id: new UUID(messageId), state }, null, sort).lean()),
    );
    return ofStates.flat().map(toDelivery);
  }

  /** Finds deliveries by their ids. */
  async findByIds(ids: readonly string[]): Promise<DeliveryOfMessage[]> {
    return (await this.deliveries.find({ _id: { $in: ids } }).lean()).map(toDelivery);
  }

  /** Finds the batches of a message that name the contact's visitor: of lists and of sends to it alone. */
  async findNaming({ id, visitorGuid }: Recipient, messageId: string): Promise<BatchOfContact[]> {
    if (visitorGuid === null) return [];
    const filter = { 'visitors.visitor_guid': visitorGuid, message_id: new UUID(messageId), ...having(id) };
    const documents = await rawCollection(this.batches).find(filter, { limit: MAX_BATCHES }).toArray();
    return documents.map(toBatchOfContact);
  }

  /**
   * Finds the batches of a broadcast that have the contact: the one of its range, which a binary search
   * finds, and those that try it again.
   */
  async findOfBroadcast({ id, batches }: DeliveryOfMessage, contactId: string): Promise<BatchOfContact[]> {
    const number = await this.findNumber(id, batches, contactId);
    if (number === undefined) return [];
    const filter = { delivery_id: id, number, ...having(contactId) };
    const documents = await rawCollection(this.batches).find(filter, { limit: MAX_BATCHES }).toArray();
    return documents.map(toBatchOfContact);
  }

  private async findNumber(deliveryId: string, batches: number, contactId: string): Promise<number | undefined> {
    let [low, high] = [0, batches - 1];
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const document = await this.batches.findOne({ _id: `${deliveryId}:${middle}` }, { range: 1 }).lean();
      const range = document?.range;
      // Batches are removed a week after their end.
      if (!range) return undefined;
      if (contactId <= range.after_id) high = middle - 1;
      else if (contactId > range.up_to_id) low = middle + 1;
      else return middle;
    }
    return undefined;
  }
}

/** Retries name their contacts. */
function having(contactId: string): { $or: [{ contact_ids: null }, { contact_ids: string }] } {
  return { $or: [{ contact_ids: null }, { contact_ids: contactId }] };
}

function toDelivery(document: DeliveryDocument): DeliveryOfMessage {
  return {
    id: document._id,
    kind: document.kind,
    state: document.state,
    plannedUpTo: document.planned_up_to,
    batches: document.batches,
    // Older documents have the time of their acceptance in `started_at`, and the later one in `due_at`.
    startedAt: document.state === 'planning' ? latest(document.started_at, document.due_at) : document.started_at,
    finishedAt: document.finished_at,
    expiresAt: document.expires_at ?? null,
  };
}

function latest(one: Date, other: Date | undefined): Date {
  return other !== undefined && other > one ? other : one;
}

function toBatchOfContact(document: DeliveryBatchDocument): BatchOfContact {
  return {
    deliveryId: document.delivery_id,
    state: document.state,
    isCancelled: document.cancelled ?? false,
    dueAt: document.due_at ?? null,
    waitingFor: document.waiting_for ?? [],
  };
}
