import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { writeRecorded } from '../../core/mongo/write-recorded.js';
import type { GoneCount } from '../../stats/gone-share.reader.js';
import { PRUNE_BREAKER, type PruneBreakerDocument } from './prune-breaker.schema.js';

const { UUID } = mongoose.mongo;

/** Messages that are remembered; a domain with more of them has been open for long. */
const MAX_DOUBTED = 200;

/** Why and when the breaker of a domain opened, and when it was released. */
export interface PruneBreaker {
  readonly isOpen: boolean;
  readonly openedAt: Date;
  readonly messageId: string;
  readonly answered: number;
  readonly gone: number;
  readonly pastShare: number;
  readonly withheld: number;
  readonly releasedUntil: Date | null;
  /** Messages whose answers were doubted, the first ones of many. */
  readonly doubtedMessageIds: readonly string[];
}

/** A breaker that is open. */
export interface OpenBreaker {
  readonly domain: string;
  readonly openedAt: Date;
  readonly withheld: number;
}

/** What opens a breaker. */
export interface Doubt extends GoneCount {
  readonly messageId: string;
  readonly pastShare: number;
}

@Injectable()
export class PruneBreakerRepository {
  constructor(@InjectModel(PRUNE_BREAKER) private readonly model: Model<PruneBreakerDocument>) {}

  async find(domain: string): Promise<PruneBreaker | undefined> {
    const document = await this.model.findOne({ _id: domain }).lean();
    return document === null ? undefined : toBreaker(document);
  }

  /** Finds open breakers, at most `limit`. */
  async findOpen(limit: number): Promise<OpenBreaker[]> {
    const documents = await this.model.find({ is_open: true }, null, { limit }).lean();
    return documents.map(({ _id: domain, opened_at: openedAt, withheld }) => ({ domain, openedAt, withheld }));
  }

  /** Counts open breakers, by an index that has only those. */
  countOpen(): Promise<number> {
    return this.model.countDocuments({ is_open: true });
  }

  /** Opens the breaker; false when it was open already. */
  async open(domain: string, { messageId, answered, gone, pastShare }: Doubt, openedAt: Date): Promise<boolean> {
    const reason = { message_id: new UUID(messageId), answered, gone, past_share: pastShare };
    const before = await this.model
      .findOneAndUpdate(
        { _id: domain },
        [
          {
            $set: {
              is_open: true,
              ...Object.fromEntries(
                Object.entries({ ...reason, opened_at: openedAt, withheld: 0 }).map(([field, value]) => [
                  field,
                  { $cond: [{ $eq: ['$is_open', true] }, `$${field}`, { $literal: value }] },
                ]),
              ),
            },
          },
        ],
        { upsert: true, returnDocument: 'before', updatePipeline: true },
      )
      .lean();
    return before?.is_open !== true;
  }

  /**
   * Adds to the contacts that were not pruned while the breaker is open, and the message to the doubted
   * ones.
   */
  async addWithheld(domain: string, messageId: string, contacts: number): Promise<void> {
    const open = { _id: domain, is_open: true };
    await this.model.updateOne(open, { $inc: { withheld: contacts } });
    await this.model.updateOne(
      { ...open, [`doubted_message_ids.${MAX_DOUBTED - 1}`]: { $exists: false } },
      { $addToSet: { doubted_message_ids: new UUID(messageId) } },
    );
  }

  /** Closes the breaker, so that nothing opens it before `until`; changes nothing when it is closed. */
  async release(domain: string, until: Date): Promise<void> {
    const change = { $set: { is_open: false, released_until: until } };
    await writeRecorded((writes) => {
      writes.update(this.model, { filter: { _id: domain, is_open: true }, change });
    });
  }
}

function toBreaker(document: PruneBreakerDocument): PruneBreaker {
  return {
    isOpen: document.is_open,
    openedAt: document.opened_at,
    messageId: document.message_id.toString(),
    answered: document.answered,
    gone: document.gone,
    pastShare: document.past_share,
    withheld: document.withheld,
    releasedUntil: document.released_until ?? null,
    doubtedMessageIds: document.doubted_message_ids?.map(String) ?? [],
  };
}
