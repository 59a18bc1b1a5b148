import { Injectable } from '@nestjs/common';
import { type FailureReason, INCOMPLETE } from './failure-reason.js';

/** Longer than the longest own pause before a retry, so that a fault stays known until the next attempt. */
const REMEMBERED_MS = 15 * 60_000;

/** What concerns one call, or asks for patience: PushApi itself works. */
const OF_ONE_CALL: ReadonlySet<string> = new Set(['too-large', 'limits', 'refused', INCOMPLETE.noResult]);

/**
 * A refusal is of one route, since they are protected differently; any other fault is of PushApi as a whole.
 */
interface Fault {
  readonly reason: string;
  readonly isRefusal: boolean;
  readonly atMs: number;
}

/**
 * Whether PushApi serves this process, as its calls of the last 15 minutes tell: it was not reached, refused
 * the token, or answered as no working PushApi does. Asks nothing itself: a call that sends nobody anything
 * is not in every PushApi's contract.
 */
@Injectable()
export class PushApiState {
  private readonly faults = new Map<string, Fault>();

  /**
   * Learns from the last call of a route.
   * @param failure of the whole call; undefined when PushApi has answered it.
   */
  observe(route: string, failure: FailureReason | undefined): void {
    if (failure === undefined || OF_ONE_CALL.has(failure.code)) {
      const healed = [...this.faults].filter(([other, { isRefusal }]) => other === route || !isRefusal);
      for (const [other] of healed) this.faults.delete(other);
      return;
    }
    const reason = failure.status === null ? failure.code : `${failure.status} ${failure.code}`;
    const isRefusal = failure.status === 401 || failure.status === 403;
    this.faults.set(route, { reason, isRefusal, atMs: performance.now() });
  }

  /** Why PushApi does not serve, e.g. `ECONNREFUSED` or `401 unauthorized`; undefined when it does. */
  findFault(): string | undefined {
    const recent = [...this.faults.values()].filter(({ atMs }) => performance.now() - atMs < REMEMBERED_MS);
    return recent.at(-1)?.reason;
  }
}
