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
  private readonly limits = new Map<string, AdaptiveLimit<SendOutcome>>();

  constructor(private readonly bounds: ConcurrencyBounds) {}

  /** Runs the task for each item, as AdaptiveLimit does, within the limit of the service (its origin). */
  runAll<T>(service: string, items: readonly T[], task: Task<T, SendOutcome>): Promise<SendOutcome[]> {
    const limit = this.limits.get(service) ?? this.limitFor(service);
    return limit.runAll(items, task);
  }

  private limitFor(service: string): AdaptiveLimit<SendOutcome> {
    if (this.limits.size >= MAX_SERVICES) this.forgetIdle();
    const limit = new AdaptiveLimit(this.bounds, isOverload);
    this.limits.set(service, limit);
    return limit;
  }

  private forgetIdle(): void {
    for (const [service, limit] of this.limits) {
      if (limit.isIdle) this.limits.delete(service);
    }
  }
}

/** Never rejects. */
type Task<T, R> = (item: T) => Promise<R>;

/** The items of one call that are not yet started. */
interface Waiting<R> {
  readonly startNext: () => Promise<R>;
  left: number;
}

/**
 * The limit of one push service. Thousands of notifications wait here, so a call waits as a whole: promises
 * of each, made when they begin to wait, would outlive V8's young generation.
 */
export class AdaptiveLimit<R> {
  private readonly waiting: Waiting<R>[] = [];
  private limit: number;
  private running = 0;
  private window = { tasks: 0, totalMs: 0, hasWaiting: false };
  private lowestAverageMs = Infinity;
  private decreasedAtMs = -Infinity;
  private hasDecreased = false;

  constructor(
    private readonly bounds: ConcurrencyBounds,
    private readonly isOverload: (outcome: R) => boolean,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.limit = this.bounded(INITIAL);
  }

  get concurrency(): number {
    return this.limit;
  }

  get isIdle(): boolean {
    return this.running + this.waiting.length === 0;
  }

  /**
   * Runs the task for each item in their order, after those of earlier calls, as many at once as the limit
   * lets run. Resolves with the outcomes in the order of the items.
   */
  runAll<T>(items: readonly T[], task: Task<T, R>): Promise<R[]> {
    if (items.length === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      const outcomes = new Array<R>(items.length);
      const entries = items.entries();
      let unfinished = items.length;
      const startNext = async (): Promise<R> => {
        const { value } = entries.next();
        if (value === undefined) throw new Error('No item is left');
        const outcome = await task(value[1]);
        outcomes[value[0]] = outcome;
        unfinished -= 1;
        if (unfinished === 0) resolve(outcomes);
        return outcome;
      };
      this.waiting.push({ startNext, left: items.length });
      this.startWaiting();
    });
  }

  private startWaiting(): void {
    while (this.running < this.limit) {
      const [call] = this.waiting;
      if (call === undefined) return;
      call.left -= 1;
      if (call.left === 0) this.waiting.shift();
      void this.run(call.startNext);
    }
  }

  private async run(start: () => Promise<R>): Promise<void> {
    this.running += 1;
    const startMs = this.now();
    const outcome = await start();
    this.running -= 1;
    this.adapt(outcome, this.now() - startMs);
    this.startWaiting();
  }

  private adapt(outcome: R, milliseconds: number): void {
    if (this.isOverload(outcome)) this.decrease();
    this.window.tasks += 1;
    this.window.totalMs += milliseconds;
    this.window.hasWaiting ||= this.waiting.length > 0;
    if (this.window.tasks >= this.limit) this.endWindow();
  }

  private endWindow(): void {
    const { tasks, totalMs, hasWaiting } = this.window;
    this.window = { tasks: 0, totalMs: 0, hasWaiting: false };
    const averageMs = totalMs / tasks;
    this.lowestAverageMs = Math.min(this.lowestAverageMs * FORGETTING, averageMs);
    const isHolding = averageMs <= this.lowestAverageMs * HOLDING_FACTOR + HOLDING_MS;
    if (!hasWaiting || !isHolding || this.isDecreased()) return;
    this.limit = this.bounded(this.hasDecreased ? this.limit * INCREASE + 1 : this.limit * 2);
  }

  private decrease(): void {
    if (this.isDecreased()) return;
    this.decreasedAtMs = this.now();
    this.hasDecreased = true;
    this.limit = this.bounded(this.limit * DECREASE);
  }

  private isDecreased(): boolean {
    return this.now() - this.decreasedAtMs < DECREASE_PAUSE_MS;
  }

  private bounded(concurrency: number): number {
    return Math.floor(Math.min(Math.max(concurrency, this.bounds.min), this.bounds.max));
  }
}

/** Whether the service, or the way to it, cannot take as much. */
export function isOverload(outcome: SendOutcome): boolean {
  return outcome.kind === 'refused' && OVERLOAD.has(outcome.code);
}
