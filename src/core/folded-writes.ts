interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Folds what comes in while one write is under way into the next: one write at a time, so that writes to the same
 * documents do not collide, and few of them, whatever the load.
 */
export class FoldedWrites<T> {
  private readonly waiting: Waiting<T>[] = [];
  private isRunning = false;

  /** @param write must write all of the items or fail for all of them. */
  constructor(
    private readonly write: (items: readonly T[]) => Promise<void>,
    private readonly maxItems: number,
  ) {}

  /** Resolves when the item is written, rejects when its write failed. */
  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.isRunning) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    // What arrives in the same turn of the event loop belongs into the first write.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const folded = this.waiting.splice(0, this.maxItems);
      await this.write(folded.map(({ item }) => item)).then(
        () => {
          for (const { resolve } of folded) resolve();
        },
        (error: unknown) => {
          for (const { reject } of folded) reject(error);
        },
      );
    }
    this.isRunning = false;
  }
}
