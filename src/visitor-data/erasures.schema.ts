import { Schema } from 'mongoose';

export const ERASURE = 'Erasure';

/**
 * An erasure that is repeated until nothing under way can bring its data back, as stored. It says of nobody
 * who it was: contact ids mean nothing once their contacts are erased, and visitors are encrypted.
 */
export interface ErasureDocument {
  readonly _id: string;
  readonly contact_ids: readonly string[];
  /** The domains of these contacts. */
  readonly domains: readonly string[];
  /** The visitor guids, encrypted. */
  readonly visitors: string;
  /** The domain that it was limited to; null for all. */
  readonly domain: string | null;
  /** Batches that may still record what they had read before; null while that is not known. */
  readonly held: readonly { readonly batch_id: string; readonly lease_number: number }[] | null;
  /** Deliveries of lists that were arriving or being planned; null while that is not known. */
  readonly lists: readonly string[] | null;
  /** Nothing holds it any more: the next repetition is the last one. */
  readonly is_last: boolean;
  readonly requested_at: Date;
  /** When it is repeated; while a worker repeats it, when the next one takes it over. */
  readonly due_at: Date;
  /** How often a worker has begun to repeat it since one has succeeded. */
  readonly attempts: number;
}

export const erasureSchema = new Schema<ErasureDocument>(
  {
    _id: String,
    contact_ids: [String],
    domains: [String],
    visitors: String,
    domain: String,
    held: Schema.Types.Mixed,
    lists: { type: [String], default: null },
    is_last: Boolean,
    requested_at: Date,
    due_at: Date,
    attempts: Number,
  },
  { collection: 'erasures', versionKey: false },
)
  .index({ due_at: 1 })
  // Says how old the oldest one is.
  .index({ requested_at: 1 });
