import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { type DeliveryBatchJob, VISITOR_BATCHES_QUEUE } from '../jobs/batch.job.js';
import { BatchRunner } from './batch-runner.js';

/**
 * Batches that one worker runs at once. Each is a few small writes and one call, and mostly waits for
 * PushApi.
 */
const CONCURRENCY = 16;

@Processor(VISITOR_BATCHES_QUEUE)
export class VisitorBatchProcessor {
  constructor(private readonly batches: BatchRunner) {}

  @Process({ concurrency: CONCURRENCY })
  send({ id, data }: Job<DeliveryBatchJob>): Promise<void> {
    return this.batches.send(data.batchId, String(id));
  }
}
