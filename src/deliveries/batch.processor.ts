import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { DELIVERY_BATCHES_QUEUE, type DeliveryBatchJob } from './batch.job.js';
import { BatchesService } from './batches.service.js';

/** Batches that one worker has in flight: enough to send the next while others are being recorded. */
const CONCURRENCY = 3;

@Processor(DELIVERY_BATCHES_QUEUE)
export class BatchProcessor {
  constructor(private readonly batches: BatchesService) {}

  @Process({ concurrency: CONCURRENCY })
  send({ data }: Job<DeliveryBatchJob>): Promise<void> {
    return this.batches.send(data.batchId);
  }
}
