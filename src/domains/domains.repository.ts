import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { writeRecorded } from '../core/mongo/write-recorded.js';
import { databaseDate } from '../core/mongo/database-clock.js';
import type { PushConfiguration } from '../domain-configuration/domains.reader.js';
import { DOMAIN, type DomainDocument } from '../domain-configuration/domains.schema.js';

/** A configuration to store. */
export interface ChangedConfiguration extends Omit<PushConfiguration, 'vapidPublicKey'> {
  /** Undefined keeps the domain's key, and null takes it away. */
  readonly vapidPublicKey?: string | null;
}

@Injectable()
export class DomainsRepository {
  constructor(@InjectModel(DOMAIN) private readonly model: Model<DomainDocument>) {}

  /** Creates the domain or replaces its configuration, but not a VAPID key that is not given. */
  async upsert(name: string, configuration: ChangedConfiguration): Promise<void> {
    const { vapidPublicKey: key, ratePerMinute } = configuration;
    const optional = { rate_per_minute: ratePerMinute, ...(key !== undefined && { vapid_public_key: key }) };
    const given = Object.entries(optional).filter(([, value]) => value !== null);
    const absent = Object.entries(optional).filter(([, value]) => value === null);
    const change = {
      $set: {
        is_push_feature_enabled: configuration.isPushFeatureEnabled,
        usesExternalPushDomain: configuration.usesExternalPushDomain,
        externalPushDomain: configuration.externalPushDomain,
        modified: databaseDate(),
        ...Object.fromEntries(given),
      },
      ...(absent.length > 0 && { $unset: Object.fromEntries(absent.map(([field]) => [field, true as const])) }),
      $setOnInsert: { _id: new mongoose.mongo.ObjectId().toHexString() },
    };
    await writeRecorded((writes) => {
      writes.update(this.model, { filter: { name }, change, isUpsert: true });
    });
  }
}
