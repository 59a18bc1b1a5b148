import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { DOPPLER_VISITORS_QUEUE, type DopplerVisitorJob } from './doppler-visitor.job.js';
import { DopplerVisitorsService } from './doppler-visitors.service.js';

const CONCURRENCY = 8;

@Processor(DOPPLER_VISITORS_QUEUE)
export class DopplerVisitorProcessor {
  constructor(private readonly dopplerVisitors: DopplerVisitorsService) {}

  @Process({ concurrency: CONCURRENCY })
  handOver({ data }: Job<DopplerVisitorJob>): Promise<void> {
    return this.dopplerVisitors.handOver(data.contactId);
  }
}
