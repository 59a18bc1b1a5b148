import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { PUSH_SERVICE_THROTTLE, type PushServiceThrottleDocument } from './push-service-throttle.schema.js';

@Injectable()
export class PushServiceThrottleRepository {
  constructor(@InjectModel(PUSH_SERVICE_THROTTLE) private readonly model: Model<PushServiceThrottleDocument>) {}

  /** Pauses a push service until `until`. A pause that ends later stays as it is. */
  async pause(service: string, until: Date): Promise<void> {
    await this.model.updateOne({ _id: service }, { $max: { until } }, { upsert: true });
  }

  /** Finds the ends of the pauses that last beyond `instant`, by push service. */
  async findAfter(instant: Date): Promise<Map<string, Date>> {
    const documents = await this.model.find({ until: { $gt: instant } }).lean();
    return new Map(documents.map(({ _id, until }) => [_id, until]));
  }
}
