import { setTimeout } from 'node:timers/promises';
import { type CoalescedWrite, coalescedWriteSeconds, coalescedWriteSize } from '../metrics/store.metrics.js';

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Coalesces items that arrive while a write is in progress into the next write. There is one write at a time,
 * so that writes to the same documents do not conflict and their number stays low under load.
 *
 * @example
 * const writes = new WriteCoalescer<Click>('tracking-events', (clicks) => repository.insert(clicks), 1_000);
 * const first = writes.add(click);
 * const second = writes.add(anotherClick); // in the same iteration of the event loop: in the first write
 * await Promise.all([first, second]); // one call of insert, with both
 */
export class WriteCoalescer<T> {
  private readonly waiting: Waiting<T>[] = [];
  private isRunning = false;

  /**
   * @param name of the write in the metrics.
   * @param write must write all of the items or fail for all of them.
   * @param maxItems the most items that one write gets.
   * @param pauseMs from the end of a write to the next one: fewer, larger writes, for items that come later.
   */
  constructor(
    private readonly name: CoalescedWrite,
    private readonly write: (items: readonly T[]) => Promise<void>,
    private readonly maxItems: number,
    private readonly pauseMs = 0,
  ) {}

  /** Resolves when the item is written; rejects with the error of its write. Later writes go on. */
  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.isRunning) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    // Items of the same iteration of the event loop belong in the first write.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const flushed = this.waiting.splice(0, this.maxItems);
      const settle = await this.measure(flushed).then(
        () => () => {
          for (const { resolve } of flushed) resolve();
        },
        (error: unknown) => () => {
          for (const { reject } of flushed) reject(error);
        },
      );
      // The next write is on its way while those who have waited for this one go on.
      setImmediate(settle);
      if (this.pauseMs > 0) await setTimeout(this.pauseMs);
    }
    this.isRunning = false;
  }

  private async measure(flushed: readonly Waiting<T>[]): Promise<void> {
    const beganMs = performance.now();
    await this.write(flushed.map(({ item }) => item)).finally(() => {
      coalescedWriteSeconds.observe({ write: this.name }, (performance.now() - beganMs) / 1_000);
      coalescedWriteSize.observe({ write: this.name }, flushed.length);
    });
  }
}
