import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Shutdown } from '../core/process/shutdown.js';
import { WorkerPresence } from '../deliveries/jobs/worker-presence.js';

/** Three may fail before a worker counts as missing. */
const INTERVAL_MS = 4_000;

/** Announces every 4 s that this worker takes batches. */
@Injectable()
export class WorkerHeartbeat implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly id = randomUUID();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly presence: WorkerPresence,
    private readonly shutdown: Shutdown,
  ) {}

  onApplicationBootstrap(): void {
    this.announce();
    this.timer = setInterval(() => {
      this.announce();
    }, INTERVAL_MS);
    this.shutdown.signal.addEventListener('abort', () => {
      this.end();
    });
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** What fails is told by the probe of Redis, and the next time tries again. */
  private announce(): void {
    this.presence.announce(this.id).catch(() => undefined);
  }

  private end(): void {
    clearInterval(this.timer);
    this.presence.withdraw(this.id).catch(() => undefined);
  }
}
