import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { databaseDate } from '../core/mongo/database-clock.js';
import { rawCollection } from '../core/mongo/raw-collection.js';
import type { Transaction } from '../core/mongo/transactions.js';
import { DOPPLER_VISITOR, type DopplerVisitorDocument } from './doppler-visitors.schema.js';

/** A visitor to hand over to Doppler. */
export interface DopplerVisitor {
  readonly contactId: string;
  readonly domain: string;
  readonly visitorGuid: string;
  readonly email: string;
}

export interface PlannedVisitor extends DopplerVisitor {
  /** Distinguishes hand-overs that were planned for the same contact at different times. */
  readonly plannedAt: Date;
  readonly attempts: number;
}

@Injectable()
export class DopplerVisitorsRepository {
  constructor(@InjectModel(DOPPLER_VISITOR) private readonly model: Model<DopplerVisitorDocument>) {}

  /**
   * Plans hand-overs that are due now. Each replaces an earlier one of its contact: only the newest is sent.
   */
  async plan(visitors: readonly DopplerVisitor[], transaction: Transaction): Promise<void> {
    if (visitors.length === 0) return;
    const now = databaseDate();
    await rawCollection(this.model).bulkWrite(
      visitors.map(({ contactId, domain, visitorGuid, email }) => ({
        replaceOne: {
          filter: { _id: contactId },
          replacement: { domain, visitor_guid: visitorGuid, email, planned_at: now, attempts: 0, due_at: now },
          upsert: true,
        },
      })),
      { session: transaction },
    );
  }

  async find(contactId: string): Promise<PlannedVisitor | undefined> {
    const document = await this.model.findById(contactId).lean();
    if (document === null) return undefined;
    return {
      contactId,
      domain: document.domain,
      visitorGuid: document.visitor_guid,
      email: document.email,
      plannedAt: document.planned_at,
      attempts: document.attempts,
    };
  }

  /** Deletes the hand-over, unless a newer one has replaced it. */
  async remove({ contactId, plannedAt }: PlannedVisitor): Promise<void> {
    await this.model.deleteOne({ _id: contactId, planned_at: plannedAt });
  }

  /** Counts an attempt and sets the next due date, unless a newer hand-over has replaced this one. */
  async postpone({ contactId, plannedAt }: PlannedVisitor, dueAt: Date): Promise<void> {
    await this.model.updateOne(
      { _id: contactId, planned_at: plannedAt },
      { $inc: { attempts: 1 }, $set: { due_at: dueAt } },
    );
  }

  /** Lists up to `limit` ids of contacts whose hand-over was due before `instant`, the most overdue first. */
  async findDueBefore(instant: Date, limit: number): Promise<string[]> {
    const documents = await this.model
      .find({ due_at: { $lt: instant } }, { _id: 1 }, { sort: { due_at: 1 }, limit })
      .lean();
    return documents.map(({ _id }) => _id);
  }
}
