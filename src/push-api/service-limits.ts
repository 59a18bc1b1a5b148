import pLimit, { type LimitFunction } from 'p-limit';

/** Push services that are remembered; those without work are forgotten beyond it. */
const MAX_SERVICES = 1_000;

/** Bounds what is under way to each push service, so that one that hangs delays no other. */
export class ServiceLimits {
  private readonly limits = new Map<string, LimitFunction>();

  constructor(private readonly concurrency: number) {}

  /** Runs a task when the service of this endpoint has room. */
  run<T>(endpoint: string, task: () => Promise<T>): Promise<T> {
    const service = URL.canParse(endpoint) ? new URL(endpoint).origin : '';
    const limit = this.limits.get(service) ?? this.limitFor(service);
    return limit(task);
  }

  private limitFor(service: string): LimitFunction {
    if (this.limits.size >= MAX_SERVICES) this.forgetIdle();
    const limit = pLimit(this.concurrency);
    this.limits.set(service, limit);
    return limit;
  }

  private forgetIdle(): void {
    for (const [service, { activeCount, pendingCount }] of this.limits) {
      if (activeCount + pendingCount === 0) this.limits.delete(service);
    }
  }
}
