import pLimit, { type LimitFunction } from 'p-limit';
import type { SendOutcome } from './send-outcome.js';

/** Number of limits kept; beyond it, those of idle push services are dropped. */
const MAX_SERVICES = 1_000;

/** Concurrent notifications to a service of which nothing is known yet. */
const INITIAL = 100;

/** Too many requests, and what a service or the way to it answers when it is overloaded. */
const OVERLOAD = new Set([429, 503, 504]);
const DECREASE = 0.7;
const INCREASE = 1.1;

/** Outcomes of one overload come close together, and are answered by one decrease. */
const DECREASE_PAUSE_MS = 1_000;

/**
 * A service's latency holds while its average is below this multiple of the lowest one, and this time more:
 * one that responds at once takes longer only because this process is busy.
 */
const HOLDING_FACTOR = 1.5;
const HOLDING_MS = 20;

/** The lowest average is forgotten by this much with each window: a route may become longer. */
const FORGETTING = 1.05;

export interface ConcurrencyBounds {
  readonly min: number;
  readonly max: number;
}

/**
 * Limits the concurrent tasks for each push service, so that one slow service delays no other. A limit
 * adapts: while tasks wait and latency holds, it doubles with each window of as many tasks, and after a first
 * decrease grows by a tenth; an overload decreases it by 30 %.
 */
export class ServiceLimits {
  private readonly limits = new Map<string, AdaptiveLimit>();

  constructor(private readonly bounds: ConcurrencyBounds) {}

  /** Runs the task as soon as fewer of the service (its origin) are running than its limit. */
  run(service: string, task: () => Promise<SendOutcome>): Promise<SendOutcome> {
    const limit = this.limits.get(service) ?? this.limitFor(service);
    return limit.run(task);
  }

  private limitFor(service: string): AdaptiveLimit {
    if (this.limits.size >= MAX_SERVICES) this.forgetIdle();
    const limit = new AdaptiveLimit(this.bounds);
    this.limits.set(service, limit);
    return limit;
  }

  private forgetIdle(): void {
    for (const [service, limit] of this.limits) {
      if (limit.isIdle) this.limits.delete(service);
    }
  }
}

/** The limit of one push service. */
export class AdaptiveLimit {
  private readonly limit: LimitFunction;
  private window = { tasks: 0, totalMs: 0, hasWaiting: false };
  private lowestAverageMs = Infinity;
  private decreasedAtMs = -Infinity;
  private hasDecreased = false;

  constructor(
    private readonly bounds: ConcurrencyBounds,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.limit = pLimit(this.bounded(INITIAL));
  }

  get concurrency(): number {
    return this.limit.concurrency;
  }

  get isIdle(): boolean {
    return this.limit.activeCount + this.limit.pendingCount === 0;
  }

  run(task: () => Promise<SendOutcome>): Promise<SendOutcome> {
    return this.limit(async () => {
      const startMs = this.now();
      const outcome = await task();
      this.adapt(outcome, this.now() - startMs);
      return outcome;
    });
  }

  private adapt(outcome: SendOutcome, milliseconds: number): void {
    if (outcome.kind === 'refused' && OVERLOAD.has(outcome.code)) this.decrease();
    this.window.tasks += 1;
    this.window.totalMs += milliseconds;
    this.window.hasWaiting ||= this.limit.pendingCount > 0;
    if (this.window.tasks >= this.limit.concurrency) this.endWindow();
  }

  private endWindow(): void {
    const { tasks, totalMs, hasWaiting } = this.window;
    this.window = { tasks: 0, totalMs: 0, hasWaiting: false };
    const averageMs = totalMs / tasks;
    this.lowestAverageMs = Math.min(this.lowestAverageMs * FORGETTING, averageMs);
    const isHolding = averageMs <= this.lowestAverageMs * HOLDING_FACTOR + HOLDING_MS;
    if (!hasWaiting || !isHolding || this.isDecreased()) return;
    const { concurrency } = this.limit;
    this.limit.concurrency = this.bounded(this.hasDecreased ? concurrency * INCREASE + 1 : concurrency * 2);
  }

  private decrease(): void {
    if (this.isDecreased()) return;
    this.decreasedAtMs = this.now();
    this.hasDecreased = true;
    this.limit.concurrency = this.bounded(this.limit.concurrency * DECREASE);
  }

  private isDecreased(): boolean {
    return this.now() - this.decreasedAtMs < DECREASE_PAUSE_MS;
  }

  private bounded(concurrency: number): number {
    return Math.floor(Math.min(Math.max(concurrency, this.bounds.min), this.bounds.max));
  }
}
