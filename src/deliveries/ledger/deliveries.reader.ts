import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { DELIVERY, type DeliveryDocument, type DeliveryState, SETTLED, UNENDED } from './deliveries.schema.js';

const { UUID } = mongoose.mongo;

/** The sum of all deliveries of a message. */
export interface DeliveriesOfMessage {
  /** `scheduled`: planning or sending begins later. */
  readonly states: readonly (DeliveryState | 'scheduled')[];
  readonly planned: number;
  readonly delivered: number;
  readonly notDelivered: number;
  readonly wrongKey: number;
  /** When the first of them began, or is to begin. */
  readonly startedAt: Date;
  /** When the next scheduled one begins; null when none is scheduled. */
  readonly scheduledAt: Date | null;
  /** The pending contacts of scheduled ones; none before a domain or a list is planned. */
  readonly scheduled: number;
  /** When the last of them finished; null while one is unfinished. */
  readonly finishedAt: Date | null;
}

/**
 * What begins within a second is not scheduled: the clock of the process that accepted it is known to some
 * ms.
 */
const SOON = { $add: ['$$NOW', 1_000] };

/** Older documents have the time of their acceptance in `started_at`, and the later one in `due_at`. */
const BEGIN = {
  $cond: [{ $and: [{ $eq: ['$state', 'planning'] }, { $gt: ['$due_at', SOON] }] }, '$due_at', '$started_at'],
};

const IS_SCHEDULED = { $and: [{ $in: ['$state', ['planning', 'sending']] }, { $gt: ['$started_at', SOON] }] };

/** Reads deliveries of messages and domains. */
@Injectable()
export class DeliveriesReader {
  constructor(@InjectModel(DELIVERY) private readonly model: Model<DeliveryDocument>) {}

  /** Finds the highest id of the domain's deliveries that are neither done nor cancelled. */
  async findLastUnendedOfDomain(domain: string): Promise<string | undefined> {
    const last = await this.model.findOne({ domain, ...UNENDED }, { _id: 1 }, { sort: { _id: -1 } }).lean();
    return last?._id;
  }

  /** Finds the ids of the same within a range, ascending, at most `limit`. */
  async findUnendedOfDomain(
    domain: string,
    { after, upTo }: { readonly after: string; readonly upTo: string },
    limit: number,
  ): Promise<string[]> {
    const filter = { domain, ...UNENDED, _id: { $gt: after, $lte: upTo } };
    const documents = await this.model.find(filter, { _id: 1 }, { sort: { _id: 1 }, limit }).lean();
    return documents.map(({ _id }) => _id);
  }

  /** Finds the ids of the message's deliveries that are neither done nor cancelled. */
  async findUnended(messageId: string): Promise<string[]> {
    const filter = { message_id: new UUID(messageId), ...UNENDED };
    const documents = await this.model.find(filter, { _id: 1 }).lean();
    return documents.map(({ _id }) => _id);
  }

  /** Sums up the message's deliveries; undefined when it has none. */
  async sumOfMessage(messageId: string): Promise<DeliveriesOfMessage | undefined> {
    const [sum] = await this.model.aggregate<DeliveriesOfMessage & { unended: number }>([
      { $match: { message_id: new UUID(messageId) } },
      { $set: { started_at: BEGIN } },
      { $set: { is_scheduled: IS_SCHEDULED } },
      {
        $group: {
          _id: null,
          states: { $addToSet: { $cond: ['$is_scheduled', 'scheduled', '$state'] } },
          scheduledAt: { $min: { $cond: ['$is_scheduled', '$started_at', null] } },
          scheduled: { $sum: { $cond: ['$is_scheduled', { $subtract: ['$planned', SETTLED] }, 0] } },
          planned: { $sum: '$planned' },
          delivered: { $sum: '$delivered' },
          notDelivered: { $sum: '$not_delivered' },
          wrongKey: { $sum: '$wrong_key' },
          startedAt: { $min: '$started_at' },
          lastFinishedAt: { $max: '$finished_at' },
          unended: { $sum: { $cond: [{ $eq: ['$finished_at', null] }, 1, 0] } },
        },
      },
      { $set: { finishedAt: { $cond: [{ $eq: ['$unended', 0] }, '$lastFinishedAt', null] } } },
    ]);
    return sum;
  }

  /** Finds the ids of deliveries whose plan was due before `instant`, earliest first, at most `limit`. */
  async findDueBefore(instant: Date, limit: number): Promise<string[]> {
    const documents = await this.model
      .find({ due_at: { $lt: instant } }, { _id: 1 }, { sort: { due_at: 1 }, limit })
      .lean();
    return documents.map(({ _id }) => _id);
  }
}
