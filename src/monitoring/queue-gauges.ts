import { Injectable } from '@nestjs/common';
import { queueJobs, QUEUE_STATES, workers } from '../core/metrics/installation.metrics.js';
import { DeliveryJobs } from '../deliveries/jobs/delivery-jobs.js';
import { WorkerPresence } from '../deliveries/jobs/worker-presence.js';
import type { JobCounts } from '../core/queue/queues.js';
import { DopplerVisitorsService } from '../doppler/doppler-visitors.service.js';
import type { InstallationGauges } from './installation-gauges.js';

/** What Redis knows: jobs, and who takes them. */
@Injectable()
export class QueueGauges implements InstallationGauges {
  readonly store = 'redis';
  readonly everyMs = 10_000;

  constructor(
    private readonly jobs: DeliveryJobs,
    private readonly dopplerVisitors: DopplerVisitorsService,
    private readonly presence: WorkerPresence,
  ) {}

  async read(): Promise<() => void> {
    const [queues, dopplerQueue, present] = await Promise.all([
      this.jobs.countJobs(),
      this.dopplerVisitors.countJobs(),
      this.presence.count(),
    ]);
    return () => {
      this.leaveOut();
      workers.set(present);
      for (const counts of [...queues, dopplerQueue]) showJobs(counts);
    };
  }

  leaveOut(): void {
    queueJobs.reset();
    workers.reset();
  }
}

function showJobs(counts: JobCounts): void {
  for (const state of QUEUE_STATES) {
    const count = counts[state];
    if (count !== null) queueJobs.set({ queue: counts.name, state }, count);
  }
}
