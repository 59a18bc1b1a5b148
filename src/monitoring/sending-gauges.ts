import { Injectable } from '@nestjs/common';
import {
  contactsWaitingForRetry,
  oldestOverdueBatchSeconds,
  oldestOverduePlanSeconds,
  oldestUnfinishedMessageSeconds,
  openPruneBreakers,
  pausedPushServices,
} from '../core/metrics/installation.metrics.js';
import { databaseNow } from '../core/mongo/database-clock.js';
import { UnfinishedWorkReader } from '../deliveries/ledger/unfinished-work.reader.js';
import { WaitingBatchesReader } from '../deliveries/ledger/waiting-batches.reader.js';
import { PruneBreakerService } from '../deliveries/pruning/prune-breaker.service.js';
import { type PausedService, PausedServices } from '../deliveries/send/throttling/paused-services.js';
import { FIREBASE, nameReason } from '../push-api-client/failure-reason.js';
import { PushServiceNames } from '../push-services/push-service-names.js';
import type { InstallationGauges } from './installation-gauges.js';

/** What MongoDB knows of the sending of all workers. */
@Injectable()
export class SendingGauges implements InstallationGauges {
  readonly store = 'mongodb';
  readonly everyMs = 10_000;

  constructor(
    private readonly work: UnfinishedWorkReader,
    private readonly waiting: WaitingBatchesReader,
    private readonly paused: PausedServices,
    private readonly breakers: PruneBreakerService,
    private readonly names: PushServiceNames,
  ) {}

  async read(): Promise<() => void> {
    const [planDueAt, batchDueAt, startedAt, waiting, paused, breakers] = await Promise.all([
      this.work.findPlanDueAt(),
      this.work.findBatchDueAt(),
      this.work.findStartedAt(),
      this.waiting.countContacts(),
      this.paused.find(),
      this.breakers.countOpen(),
    ]);
    return () => {
      this.leaveOut();
      oldestOverduePlanSeconds.set(toAgeSeconds(planDueAt));
      oldestOverdueBatchSeconds.set(toAgeSeconds(batchDueAt));
      oldestUnfinishedMessageSeconds.set(toAgeSeconds(startedAt));
      openPruneBreakers.set(breakers);
      const causes = waiting.map(({ code, contacts }) => [nameReason({ code }), contacts] as const);
      for (const [cause, contacts] of sumUp(causes)) contactsWaitingForRetry.set({ cause }, contacts);
      this.showPaused(paused);
    };
  }

  leaveOut(): void {
    oldestOverduePlanSeconds.reset();
    oldestOverdueBatchSeconds.reset();
    oldestUnfinishedMessageSeconds.reset();
    openPruneBreakers.reset();
    contactsWaitingForRetry.reset();
    pausedPushServices.reset();
  }

  /** A throttle is of a host; several hosts may be of one push service. */
  private showPaused(paused: readonly PausedService[]): void {
    const named = paused.map(({ service, domain }) => ({ push_service: this.nameHost(service), domain }));
    for (const scope of ['all', 'domain'] as const) {
      const ofScope = named.filter(({ domain }) => (domain === null) === (scope === 'all'));
      const domains = new Map<string, Set<string>>();
      for (const { push_service: name, domain } of ofScope) {
        domains.set(name, (domains.get(name) ?? new Set<string>()).add(domain ?? ''));
      }
      for (const [name, { size }] of domains) pausedPushServices.set({ push_service: name, scope }, size);
    }
  }

  private nameHost(host: string): string {
    return host === FIREBASE ? FIREBASE : this.names.name(`https://${host}`);
  }
}

function toAgeSeconds(date: Date | null): number {
  return date === null ? 0 : Math.max(0, databaseNow() - date.getTime()) / 1_000;
}

function sumUp(counts: readonly (readonly [string, number])[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
  return sums;
}
