import { Injectable } from '@nestjs/common';
import { databaseNow } from '../core/mongo/database-clock.js';
import { DeliveryJobs } from '../deliveries/jobs/delivery-jobs.js';
import { UnfinishedWorkReader } from '../deliveries/ledger/unfinished-work.reader.js';
import { PruneBreakerService } from '../deliveries/pruning/prune-breaker.service.js';
import { PausedServices } from '../deliveries/send/throttling/paused-services.js';
import { DopplerVisitorsService } from '../doppler/doppler-visitors.service.js';
import type { SystemResponse } from './system.dto.js';

/** Of lists without an end. */
const MAX_ITEMS = 100;

type State = Pick<SystemResponse, 'queues' | 'unfinished' | 'throttledPushServices' | 'openPruneBreakers'>;

/** Describes the sending of all workers, as far as MongoDB and Redis know it. */
@Injectable()
export class SendingState {
  constructor(
    private readonly jobs: DeliveryJobs,
    private readonly dopplerVisitors: DopplerVisitorsService,
    private readonly work: UnfinishedWorkReader,
    private readonly pausedServices: PausedServices,
    private readonly breakers: PruneBreakerService,
  ) {}

  /** Without Redis, the queues are unknown; without MongoDB, it rejects. */
  async describe(): Promise<State> {
    const [queues, dopplerQueue, work, paused, openPruneBreakers] = await Promise.all([
      this.jobs.countJobs(),
      this.dopplerVisitors.countJobs(),
      this.work.find(),
      this.pausedServices.find(),
      this.breakers.findOpen(MAX_ITEMS),
    ]);
    return {
      queues: [...queues, dopplerQueue],
      unfinished: {
        deliveries: work.deliveries,
        oldestPlanSeconds: toAgeSeconds(work.planDueAt),
        oldestBatchSeconds: toAgeSeconds(work.batchDueAt),
      },
      throttledPushServices: paused.slice(0, MAX_ITEMS),
      openPruneBreakers,
    };
  }
}

function toAgeSeconds(date: Date | null): number | null {
  return date === null ? null : Math.max(0, databaseNow() - date.getTime()) / 1_000;
}
