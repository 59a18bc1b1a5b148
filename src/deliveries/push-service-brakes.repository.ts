import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { PUSH_SERVICE_BRAKE, type PushServiceBrakeDocument } from './push-service-brakes.schema.js';

@Injectable()
export class PushServiceBrakesRepository {
  constructor(@InjectModel(PUSH_SERVICE_BRAKE) private readonly model: Model<PushServiceBrakeDocument>) {}

  /** Puts the brake on, or keeps a longer one. */
  async raise(service: string, until: Date): Promise<void> {
    await this.model.updateOne({ _id: service }, { $max: { until } }, { upsert: true });
  }

  /** The brakes that hold after `instant`, by push service. */
  async findAfter(instant: Date): Promise<Map<string, Date>> {
    const documents = await this.model.find({ until: { $gt: instant } }).lean();
    return new Map(documents.map(({ _id, until }) => [_id, until]));
  }
}
