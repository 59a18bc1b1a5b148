import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { type DeliveryBatchJob, VISITOR_BATCHES_QUEUE } from './batch.job.js';
import { BatchesService } from './batches.service.js';

/** Sends that one worker has in flight: each is a few small writes and one call of PushApi, which it mostly waits for. */
const CONCURRENCY = 16;

@Processor(VISITOR_BATCHES_QUEUE)
export class VisitorBatchProcessor {
  constructor(private readonly batches: BatchesService) {}

  @Process({ concurrency: CONCURRENCY })
  send({ data }: Job<DeliveryBatchJob>): Promise<void> {
    return this.batches.send(data.batchId);
  }
}
