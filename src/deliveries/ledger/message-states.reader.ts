import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model, type PipelineStage } from 'mongoose';
import { databaseNow } from '../../core/mongo/database-clock.js';
import { DELIVERY, type DeliveryDocument, type DeliveryState } from './deliveries.schema.js';

const { UUID } = mongoose.mongo;

/** How far a message is; `scheduled`: it begins later. Undefined while it has no delivery. */
export type MessageState = DeliveryState | 'scheduled' | undefined;

/** Of several deliveries of a message, the first of these states that one of them has is the message's. */
const STATES = ['planning', 'sending', 'scheduled', 'cancelled', 'done'] as const;

/** Those that are stored. */
const STORED: readonly DeliveryState[] = ['planning', 'sending', 'cancelled', 'done'];

/** What begins within a second is not scheduled: clocks are known to some ms. */
const SOON_MS = 1_000;

/** The earliest delivery of a message in one state. */
interface Earliest extends Pick<DeliveryDocument, 'state' | 'started_at' | 'due_at'> {
  readonly message_id: mongoose.mongo.UUID;
}

const EARLIEST: Pick<PipelineStage.Lookup['$lookup'], 'pipeline' | 'as'> = {
  pipeline: [
    { $match: { $expr: { $and: [{ $eq: ['$message_id', '$$id'] }, { $eq: ['$state', '$$state'] }] } } },
    { $sort: { started_at: 1 } },
    { $limit: 1 },
    { $project: { _id: 0, message_id: 1, state: 1, started_at: 1, due_at: 1 } },
  ],
  as: 'earliest',
};

/** Tells how far messages are. */
@Injectable()
export class MessageStatesReader {
  constructor(@InjectModel(DELIVERY) private readonly model: Model<DeliveryDocument>) {}

  /**
   * Finds the states of messages in one query, which reads one delivery for each message and state, however
   * many the message has.
   */
  async find(messageIds: readonly string[]): Promise<Map<string, MessageState>> {
    if (messageIds.length === 0) return new Map();
    const found = new Map<string, (typeof STATES)[number][]>();
    const nowMs = databaseNow();
    for (const earliest of await this.findEarliest(messageIds)) {
      const id = earliest.message_id.toString();
      found.set(id, [...(found.get(id) ?? []), toState(earliest, nowMs)]);
    }
    return new Map(messageIds.map((id) => [id, STATES.find((state) => found.get(id)?.includes(state))]));
  }

  /** A seek in the index for each message and state, within one aggregation. */
  private findEarliest(messageIds: readonly string[]): Promise<Earliest[]> {
    const ids = messageIds.map((id) => new UUID(id));
    return this.model.aggregate<Earliest>([
      // Any delivery of the messages: it stands for the list of what is looked up, if there is anything.
      { $match: { message_id: { $in: ids } } },
      { $limit: 1 },
      { $project: { _id: 0, id: { $literal: ids }, state: { $literal: STORED } } },
      { $unwind: '$id' },
      { $unwind: '$state' },
      { $lookup: { from: this.model.collection.name, let: { id: '$id', state: '$state' }, ...EARLIEST } },
      { $unwind: '$earliest' },
      { $replaceWith: '$earliest' },
    ]);
  }
}

/** Older documents have the time of their acceptance in `started_at`, and the later one in `due_at`. */
function toState({ state, started_at: startedAt, due_at: dueAt }: Earliest, nowMs: number): (typeof STATES)[number] {
  if (state === 'done' || state === 'cancelled') return state;
  const beginsAt = state === 'planning' && dueAt !== undefined && dueAt > startedAt ? dueAt : startedAt;
  return beginsAt.getTime() > nowMs + SOON_MS ? 'scheduled' : state;
}
