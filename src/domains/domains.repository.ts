import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { databaseDate } from '../core/mongo/database-clock.js';
import type { PushConfiguration } from '../domain-configuration/domains.reader.js';
import { DOMAIN, type DomainDocument } from '../domain-configuration/domains.schema.js';

@Injectable()
export class DomainsRepository {
  constructor(@InjectModel(DOMAIN) private readonly model: Model<DomainDocument>) {}

  /** Creates the domain or replaces its configuration. */
  async upsert(name: string, configuration: PushConfiguration): Promise<void> {
    const { vapidPublicKey: key } = configuration;
    const optional = { vapid_public_key: key, rate_per_minute: configuration.ratePerMinute ?? undefined };
    const absent = Object.entries(optional).filter(([, value]) => value === undefined);
    await this.model.updateOne(
      { name },
      {
        $set: {
          is_push_feature_enabled: configuration.isPushFeatureEnabled,
          usesExternalPushDomain: configuration.usesExternalPushDomain,
          externalPushDomain: configuration.externalPushDomain,
          modified: databaseDate(),
          ...optional,
        },
        ...(absent.length > 0 && { $unset: Object.fromEntries(absent.map(([field]) => [field, true])) }),
        $setOnInsert: { _id: new mongoose.mongo.ObjectId().toHexString() },
      },
      { upsert: true },
    );
  }
}
