import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { DeviceSendOutcome } from './device-token-sender.js';

/** The worker makes a call whose response it has lost again within two minutes. */
const REMEMBERED_MS = 600_000;

/**
 * Recipients of all remembered calls: some 30 MB at most, since accepted Web Push recipients share
 * their outcome.
 */
const MAX_RECIPIENTS = 100_000;

/** A call that its caller may repeat. */
export interface RepeatableCall {
  /** The caller's Idempotency-Key; undefined for a call that is not remembered. */
  readonly key: string | undefined;
  /** What it would send: another call with the same key is no repetition. */
  readonly title: string;
  readonly body: string;
  /** Device tokens or endpoints. */
  readonly recipients: readonly string[];
}

type Outcomes = Promise<readonly (DeviceSendOutcome | undefined)[]>;

interface RememberedCall {
  readonly atMs: number;
  readonly recipients: number;
  readonly outcomes: Outcomes;
}

/**
 * Remembers for ten minutes, in this process alone, the outcomes of calls, so that a repeated one is
 * sent once.
 */
@Injectable()
export class RememberedCalls {
  /** By the hash of the call, the oldest first. */
  private readonly calls = new Map<string, RememberedCall>();
  private recipients = 0;

  /**
   * The outcomes of the call that was made before, also while it is still being made, else those of
   * `send`.
   */
  once(call: RepeatableCall, send: () => Outcomes): Outcomes {
    if (call.key === undefined) return send();
    this.forget();
    const id = hash(call);
    const before = this.calls.get(id);
    if (before !== undefined) return before.outcomes;
    const outcomes = send();
    this.calls.set(id, { atMs: Date.now(), recipients: call.recipients.length, outcomes });
    this.recipients += call.recipients.length;
    // A call that failed has sent nothing that is known.
    outcomes.catch(() => {
      this.remove(id);
    });
    return outcomes;
  }

  private forget(): void {
    const oldestMs = Date.now() - REMEMBERED_MS;
    for (const [id, { atMs }] of this.calls) {
      if (atMs >= oldestMs && this.recipients <= MAX_RECIPIENTS) return;
      this.remove(id);
    }
  }

  private remove(id: string): void {
    const call = this.calls.get(id);
    if (call === undefined) return;
    this.calls.delete(id);
    this.recipients -= call.recipients;
  }
}

function hash({ key, title, body, recipients }: RepeatableCall): string {
  return createHash('sha256')
    .update(JSON.stringify([key, title, body, ...recipients]))
    .digest('base64url');
}
