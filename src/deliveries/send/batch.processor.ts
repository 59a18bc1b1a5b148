import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { DELIVERY_BATCHES_QUEUE, type DeliveryBatchJob } from '../jobs/batch.job.js';
import { BatchRunner } from './batch-runner.js';

/** Batches that one worker runs at once: enough to send one while others are recorded. */
const CONCURRENCY = 3;

@Processor(DELIVERY_BATCHES_QUEUE)
export class BatchProcessor {
  constructor(private readonly batches: BatchRunner) {}

  @Process({ concurrency: CONCURRENCY })
  send({ id, data }: Job<DeliveryBatchJob>): Promise<void> {
    return this.batches.send(data.batchId, String(id));
  }
}
