import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { DUPLICATE_KEY } from '../../../core/mongo/duplicate-key.js';
import { rawCollection } from '../../../core/mongo/raw-collection.js';
import { readProperty } from '../../../core/errors/read-property.js';
import type { Throttle } from './rate-control.js';
import { intervalMs, reservable, type Reservation, type ReservationRequest, reserve } from './slots.js';
import { THROTTLE, type ThrottleDocument } from './throttle.schema.js';

/** A throttle that has not changed for so long is forgotten. */
const KEPT_MS = 3_600_000;

/** A rate that nothing waits for is forgotten. */
const RATE_KEPT_MS = 60_000;

/** A throttle as it was read; undefined of a rate that was asked for, and not learned. */
export interface StoredThrottle {
  readonly version: number;
  readonly throttle: Throttle | undefined;
  /** Places before this moment are taken. */
  readonly nextMs: number | undefined;
  /** Until then a process probes. */
  readonly probeUntilMs: number;
}

@Injectable()
export class ThrottleRepository {
  constructor(@InjectModel(THROTTLE) private readonly model: Model<ThrottleDocument>) {}

  /** Finds all throttles, by key. */
  async findAll(nowMs: number): Promise<Map<string, StoredThrottle>> {
    const documents = await this.model.find({ expires_at: { $gt: new Date(nowMs) } }).lean();
    return new Map(documents.map((document) => [document._id, toStored(document)]));
  }

  async find(key: string): Promise<StoredThrottle | undefined> {
    const document = await this.model.findOne({ _id: key }).lean();
    return document === null ? undefined : toStored(document);
  }

  /** Stores what `before` became; false, and no change, when another worker has changed it since. */
  async save(key: string, before: StoredThrottle | undefined, throttle: Throttle, nowMs: number): Promise<boolean> {
    const version = before?.version ?? 0;
    const filter = { _id: key, version: version === 0 ? { $exists: false } : version };
    const change = { $set: toDocument(throttle, version + 1, nowMs), $unset: { probe_until_ms: 1 } } as const;
    try {
      const { matchedCount, upsertedCount } = await rawCollection(this.model).updateOne(filter, change, {
        upsert: version === 0,
      });
      return matchedCount + upsertedCount > 0;
    } catch (error) {
      if (readProperty(error, 'code') === DUPLICATE_KEY) return false;
      throw error;
    }
  }

  /** Adds to what was accepted since the last pause. */
  async addAccepted(key: string, accepted: number): Promise<void> {
    await this.model.updateOne({ _id: key }, { $inc: { cycle_accepted: accepted } });
  }

  /** Lets this process alone probe for `forMs`; false when another one does. */
  async claimProbe(key: string, nowMs: number, forMs: number): Promise<boolean> {
    const free = [{ probe_until_ms: { $exists: false } }, { probe_until_ms: { $lte: nowMs } }];
    const { matchedCount } = await this.model.updateOne(
      { _id: key, is_probing: true, $or: free },
      { $set: { probe_until_ms: nowMs + forMs } },
    );
    return matchedCount === 1;
  }

  /** Takes places of a rate that all workers share, for as many of the contacts as there are places. */
  async reserve(key: string, request: ReservationRequest): Promise<Reservation> {
    const { earliestMs, endMs } = reservable(request);
    const interval = intervalMs(request.ratePerMinute);
    const first = { $max: [{ $ifNull: ['$next_ms', request.nowMs] }, earliestMs] };
    const places = { $ceil: { $divide: [{ $subtract: [endMs, '$$first'] }, interval] } };
    const taken = { $max: [0, { $min: [request.count, places] }] };
    const next = { $add: ['$$first', { $multiply: [taken, interval] }] };
    const before = await rawCollection(this.model).findOneAndUpdate(
      { _id: key },
      [
        {
          $set: {
            next_ms: { $let: { vars: { first }, in: next } },
            expires_at: { $max: ['$expires_at', new Date(endMs + RATE_KEPT_MS)] },
          },
        },
      ],
      { upsert: true, returnDocument: 'before' },
    );
    return reserve(before?.next_ms, request);
  }
}

function toDocument(throttle: Throttle, version: number, nowMs: number): Omit<ThrottleDocument, '_id'> {
  return {
    version,
    until_ms: throttle.untilMs,
    pause_ms: throttle.pauseMs,
    is_probing: throttle.isProbing,
    rate_per_minute: throttle.ratePerMinute,
    has_met_limit: throttle.hasMetLimit,
    changed_ms: throttle.changedMs,
    refused_ms: throttle.refusedMs,
    cycle_start_ms: throttle.cycle.startMs,
    cycle_accepted: throttle.cycle.accepted,
    accepted_ms: throttle.acceptedMs,
    expires_at: new Date(Math.max(throttle.untilMs, nowMs) + KEPT_MS),
  };
}

function toStored(document: ThrottleDocument): StoredThrottle {
  return {
    version: document.version ?? 0,
    throttle: document.version === undefined ? undefined : toThrottle(document),
    nextMs: document.next_ms,
    probeUntilMs: document.probe_until_ms ?? 0,
  };
}

function toThrottle(document: ThrottleDocument): Throttle {
  return {
    untilMs: document.until_ms ?? 0,
    pauseMs: document.pause_ms ?? 0,
    isProbing: document.is_probing ?? false,
    ratePerMinute: document.rate_per_minute ?? null,
    hasMetLimit: document.has_met_limit ?? false,
    changedMs: document.changed_ms ?? 0,
    refusedMs: document.refused_ms ?? 0,
    cycle: { startMs: document.cycle_start_ms ?? 0, accepted: document.cycle_accepted ?? 0 },
    acceptedMs: document.accepted_ms ?? null,
  };
}
