import { Schema } from 'mongoose';
import type { Config } from '../core/config.js';

export const DOMAIN = 'Domain';

/** A domain's push feature as stored; older documents lack the last two. */
export interface DomainDocument {
  readonly _id: string;
  readonly name: string;
  readonly is_push_feature_enabled: boolean;
  readonly modified: Date;
  readonly usesExternalPushDomain?: boolean;
  readonly externalPushDomain?: string | null;
}

export function domainSchema(config: Config): Schema<DomainDocument> {
  return new Schema<DomainDocument>(
    {
      _id: String,
      name: String,
      is_push_feature_enabled: Boolean,
      modified: Date,
      usesExternalPushDomain: Boolean,
      externalPushDomain: String,
    },
    { collection: config.mongodb.domainsCollection, versionKey: false },
  ).index({ name: 1 }, { unique: true });
}
