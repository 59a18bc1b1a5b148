import { EventEmitter } from 'node:events';

/**
 * The time of one call for all of its notifications. Emits `abort` when it is over, as undici expects of a
 * signal; an AbortSignal would cost several times as much for each notification. Call `clear` at the end.
 */
export class CallDeadline extends EventEmitter {
  private readonly endMs: number;
  private readonly timer: NodeJS.Timeout;
  private isAborted = false;

  constructor(milliseconds: number) {
    super();
    // One listener for each notification that is being sent.
    this.setMaxListeners(0);
    this.endMs = performance.now() + milliseconds;
    this.timer = setTimeout(() => {
      this.isAborted = true;
      this.emit('abort');
    }, milliseconds);
  }

  get aborted(): boolean {
    return this.isAborted;
  }

  /** Milliseconds that are left, 0 when it is over. */
  get remainingMs(): number {
    return Math.max(0, this.endMs - performance.now());
  }

  clear(): void {
    clearTimeout(this.timer);
  }
}
