import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { databaseNow } from '../core/mongo/database-clock.js';
import { rawCollection } from '../core/mongo/raw-collection.js';
import type { CountedMessage } from './message-days.repository.js';
import { ROLL_UP, type RollUpDocument } from './message-days.schema.js';

const { UUID } = mongoose.mongo;

const ID = 'message-days';

/** A pass over all messages, which rolls up their days in `[from, to)`. */
export interface RollUpRun {
  readonly from: Date;
  readonly to: Date;
  /** The last message that is rolled up; null for none. */
  readonly after: CountedMessage | null;
}

/** How far the roll-up is. */
interface RollUpState {
  /** All days before this one are rolled up, but for what is stale; undefined before the first run. */
  readonly rolledUntil: Date | undefined;
  readonly run: RollUpRun | undefined;
}

/** A state that one worker may change, until another one has taken it. */
export interface TakenRollUp extends RollUpState {
  readonly takenUntil: Date;
}

/** Says which days are rolled up, and which worker goes on with that. */
@Injectable()
export class RollUpsRepository {
  constructor(@InjectModel(ROLL_UP) private readonly model: Model<RollUpDocument>) {}

  /** Until when all days are rolled up; undefined before the first run has ended. */
  async findRolledUntil(): Promise<Date | undefined> {
    const document = await this.model.findOne({ _id: ID }, { rolled_until: 1 }).lean();
    return document?.rolled_until;
  }

  /** Lets the roll-up begin, where it has not. */
  async ensure(): Promise<void> {
    await this.model.updateOne({ _id: ID }, { $setOnInsert: { due_at: new Date(0) } }, { upsert: true });
  }

  /** Takes the roll-up for `leaseMs`; undefined when it is not due, or another worker has it. */
  async takeDue(leaseMs: number): Promise<TakenRollUp | undefined> {
    const now = databaseNow();
    const takenUntil = new Date(now + leaseMs);
    const document = await this.model
      .findOneAndUpdate(
        { _id: ID, due_at: { $lte: new Date(now) } },
        { $set: { due_at: takenUntil } },
        { returnDocument: 'after' },
      )
      .lean();
    if (document === null) return undefined;
    const { rolled_until: rolledUntil, run } = document;
    return { rolledUntil, run: run && toRun(run), takenUntil };
  }

  /** Stores how far it is, unless another worker has taken it meanwhile, and when to continue. */
  async save({ takenUntil, rolledUntil, run }: TakenRollUp, dueAt: Date): Promise<void> {
    const states = {
      due_at: dueAt,
      ...(rolledUntil && { rolled_until: rolledUntil }),
      ...(run && { run: toStoredRun(run) }),
    };
    await rawCollection(this.model).updateOne(
      { _id: ID, due_at: takenUntil },
      { $set: states, ...(run === undefined && { $unset: { run: 1 } }) },
    );
  }
}

type StoredRun = NonNullable<RollUpDocument['run']>;

function toRun({ from, to, after }: StoredRun): RollUpRun {
  return { from, to, after: after && { domain: after.domain, messageId: after.message_id.toString() } };
}

function toStoredRun({ from, to, after }: RollUpRun): StoredRun {
  return { from, to, after: after && { domain: after.domain, message_id: new UUID(after.messageId) } };
}
