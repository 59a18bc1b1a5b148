import { Schema } from 'mongoose';
import type { Config } from '../core/config/config.js';

export const DOMAIN = 'Domain';

/** A domain as stored. Older documents lack the optional fields. */
export interface DomainDocument {
  readonly _id: string;
  readonly name: string;
  readonly is_push_feature_enabled: boolean;
  readonly modified: Date;
  readonly usesExternalPushDomain?: boolean;
  readonly externalPushDomain?: string | null;
  readonly rate_per_minute?: number | null;
  /** Absent where browsers subscribe with the default key. */
  readonly vapid_public_key?: string;
}

/** Builds the schema for the collection that the settings name. */
export function domainSchema(config: Config): Schema<DomainDocument> {
  return new Schema<DomainDocument>(
    {
      _id: String,
      name: String,
      is_push_feature_enabled: Boolean,
      modified: Date,
      usesExternalPushDomain: Boolean,
      externalPushDomain: String,
      rate_per_minute: Number,
      vapid_public_key: String,
    },
    { collection: config.mongodb.domainsCollection, versionKey: false },
  ).index({ name: 1 }, { unique: true });
}
