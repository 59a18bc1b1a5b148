import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { inNameRange, type NameRange } from '../core/mongo/name-range.js';
import { DOMAIN, type DomainDocument } from './domains.schema.js';

/** The settings of a domain's push feature. */
export interface PushConfiguration {
  readonly isPushFeatureEnabled: boolean;
  readonly usesExternalPushDomain: boolean;
  readonly externalPushDomain: string | null;
  /** The most contacts in a minute of a message without a rate of its own; null for no limit. */
  readonly ratePerMinute: number | null;
  /** The VAPID public key that its visitors subscribe with; absent for the default. */
  readonly vapidPublicKey?: string;
}

/** A domain of a list. */
export interface ListedDomain {
  readonly name: string;
  readonly isPushFeatureEnabled: boolean;
}

/** Reads domains as they were stored. */
@Injectable()
export class DomainsReader {
  constructor(@InjectModel(DOMAIN) private readonly model: Model<DomainDocument>) {}

  /** The configuration of the domain with exactly this name. */
  async find(name: string): Promise<PushConfiguration | undefined> {
    const document = await this.model.findOne({ name }).lean();
    if (document === null) return undefined;
    const key = document.vapid_public_key;
    return {
      isPushFeatureEnabled: document.is_push_feature_enabled,
      usesExternalPushDomain: document.usesExternalPushDomain ?? false,
      externalPushDomain: document.externalPushDomain ?? null,
      ratePerMinute: document.rate_per_minute ?? null,
      ...(key !== undefined && { vapidPublicKey: key }),
    };
  }
  /** Finds the first domains of a range by name, at most `limit`. */
  async list(range: NameRange, limit: number): Promise<ListedDomain[]> {
    const documents = await this.model
      .find({ name: inNameRange(range) }, { name: 1, is_push_feature_enabled: 1 }, { sort: { name: 1 }, limit })
      .lean();
    return documents.map((document) => ({
      name: document.name,
      isPushFeatureEnabled: document.is_push_feature_enabled,
    }));
  }
}
