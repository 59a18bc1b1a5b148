import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { DOMAIN, type DomainDocument } from './domains.schema.js';

/** How a domain sends push messages. */
export interface PushConfiguration {
  readonly isPushFeatureEnabled: boolean;
  readonly usesExternalPushDomain: boolean;
  readonly externalPushDomain: string | null;
}

@Injectable()
export class DomainsRepository {
  constructor(@InjectModel(DOMAIN) private readonly model: Model<DomainDocument>) {}

  async upsert(name: string, configuration: PushConfiguration): Promise<void> {
    await this.model.updateOne(
      { name },
      {
        $set: {
          is_push_feature_enabled: configuration.isPushFeatureEnabled,
          usesExternalPushDomain: configuration.usesExternalPushDomain,
          externalPushDomain: configuration.externalPushDomain,
          modified: new Date(),
        },
        $setOnInsert: { _id: new mongoose.mongo.ObjectId().toHexString() },
      },
      { upsert: true },
    );
  }

  async find(name: string): Promise<PushConfiguration | undefined> {
    const document = await this.model.findOne({ name }).lean();
    if (document === null) return undefined;
    return {
      isPushFeatureEnabled: document.is_push_feature_enabled,
      usesExternalPushDomain: document.usesExternalPushDomain ?? false,
      externalPushDomain: document.externalPushDomain ?? null,
    };
  }
}
