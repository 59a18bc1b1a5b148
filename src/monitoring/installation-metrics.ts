import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { within } from '../core/async/within.js';
import { dependencyUp } from '../core/metrics/installation.metrics.js';
import { beforeScrape } from '../core/metrics/registry.js';
import { describeWithoutValues } from '../core/errors/describe-error.js';
import { HealthService } from '../health/health.service.js';
import type { InstallationGauges } from './installation-gauges.js';
import { QueueGauges } from './queue-gauges.js';
import { SendingGauges } from './sending-gauges.js';
import { StorageGauges } from './storage-gauges.js';

/** A scrape waits no longer for a store that is slow. */
const READ_TIMEOUT_MS = 2_000;

/** The dependencies, as readiness and the metric name them. */
const DEPENDENCIES = { mongodb: 'mongodb', redis: 'redis', pushApi: 'push-api' } as const;

/** Reads what MongoDB and Redis know of the whole installation, when somebody scrapes. */
@Injectable()
export class InstallationMetrics implements OnApplicationBootstrap {
  private readonly groups: readonly InstallationGauges[];
  private readonly logger = new Logger('Metrics');
  private readonly failed = new Set<InstallationGauges>();
  private readonly readMs = new Map<InstallationGauges, number>();

  constructor(
    private readonly health: HealthService,
    sending: SendingGauges,
    queues: QueueGauges,
    storage: StorageGauges,
  ) {
    this.groups = [sending, queues, storage];
  }

  onApplicationBootstrap(): void {
    beforeScrape(() => this.read());
  }

  private async read(): Promise<void> {
    const states = await this.health.describeDependencies();
    const up = new Set(states.flatMap(({ name, status }) => (status === 'up' ? [name] : [])));
    for (const name of ['mongodb', 'redis', 'pushApi'] as const) {
      dependencyUp.set({ dependency: DEPENDENCIES[name] }, up.has(name) ? 1 : 0);
    }
    await Promise.all(this.groups.map((group) => this.refresh(group, up.has(group.store))));
  }

  /** A store that does not serve, or is late, has no values: dependencyUp says why. */
  private async refresh(group: InstallationGauges, isUp: boolean): Promise<void> {
    if (!isUp) {
      this.readMs.delete(group);
      group.leaveOut();
      return;
    }
    const now = performance.now();
    if (now - (this.readMs.get(group) ?? Number.NEGATIVE_INFINITY) < group.everyMs) return;
    this.readMs.set(group, now);
    const reading = group.read();
    try {
      const show = await within(READ_TIMEOUT_MS, reading);
      show();
      this.failed.delete(group);
    } catch (error) {
      group.leaveOut();
      this.tell(group, error);
      // What comes late is shown to the next scrape, unless the store was down meanwhile.
      reading.then(
        (show) => {
          if (this.readMs.get(group) === now) show();
        },
        () => undefined,
      );
    }
  }

  /** Once until it succeeds again. */
  private tell(group: InstallationGauges, error: unknown): void {
    if (this.failed.has(group)) return;
    this.failed.add(group);
    this.logger.warn(`Metrics that are read from ${group.store} are left out: ${describeWithoutValues(error)}`);
  }
}
