import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { rawCollection } from '../core/mongo/raw-collection.js';
import { DOPPLER_VISITOR, type DopplerVisitorDocument } from './doppler-visitors.schema.js';

/** The hand-overs that wait for Doppler, as far as they are data of a person. */
@Injectable()
export class VisitorHandOvers {
  constructor(@InjectModel(DOPPLER_VISITOR) private readonly model: Model<DopplerVisitorDocument>) {}

  /** Reads those of these contacts as they are stored. */
  read(contactIds: readonly string[]): Promise<DopplerVisitorDocument[]> {
    return rawCollection(this.model)
      .find({ _id: { $in: [...contactIds] } })
      .toArray();
  }

  /** Removes those of these contacts. Resolves with their number. A call that has begun goes on. */
  async erase(contactIds: readonly string[]): Promise<number> {
    const { deletedCount } = await this.model.deleteMany({ _id: { $in: contactIds } });
    return deletedCount;
  }
}
