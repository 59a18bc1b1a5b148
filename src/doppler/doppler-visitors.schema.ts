import { Schema } from 'mongoose';

export const DOPPLER_VISITOR = 'DopplerVisitor';

/** A visitor that Doppler has not accepted yet; `_id` is the contact id. */
export interface DopplerVisitorDocument {
  readonly _id: string;
  readonly domain: string;
  readonly visitor_guid: string;
  readonly email: string;
  readonly planned_at: Date;
  readonly attempts: number;
  readonly due_at: Date;
}

export const dopplerVisitorSchema = new Schema<DopplerVisitorDocument>(
  {
    _id: String,
    domain: String,
    visitor_guid: String,
    email: String,
    planned_at: Date,
    attempts: Number,
    due_at: Date,
  },
  { collection: 'dopplerVisitors', versionKey: false },
).index({ due_at: 1 });
