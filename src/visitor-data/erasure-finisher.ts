import { Injectable } from '@nestjs/common';
import { databaseNow } from '../core/mongo/database-clock.js';
import { oldestErasureSeconds } from '../core/metrics/contact.metrics.js';
import { Eraser } from './eraser.js';
import { ErasureFailures } from './erasure-failures.js';
import { type Erasure, ErasuresRepository } from './erasures.repository.js';
import { hasEnded, WorkUnderWay } from './work-under-way.js';

/** While work is under way. */
const REPEAT_AFTER_MS = 5_000;

/**
 * After nothing holds it any more: longer than the write of a worker that has lost its batch, a plan's step
 * take to end.
 */
const LAST_AFTER_MS = 60_000;

/** No further erasure is begun after this time: who calls has other work to do as well. */
const BEGIN_WITHIN_MS = 5_000;

/**
 * Repeats erasures for as long as work that had begun before them may bring data back: a call to PushApi
 * whose outcome is an event with the device token, a list that names the visitor and is still arriving.
 */
@Injectable()
export class ErasureFinisher {
  constructor(
    private readonly erasures: ErasuresRepository,
    private readonly eraser: Eraser,
    private readonly underWay: WorkUnderWay,
    private readonly failures: ErasureFailures,
  ) {}

  /** Repeats erasures that are due, for a few seconds. One that fails is left for later. */
  async finishDue(): Promise<void> {
    const until = performance.now() + BEGIN_WITHIN_MS;
    while (performance.now() < until) {
      const erasure = await this.erasures.takeDue();
      if (erasure === undefined) break;
      await this.repeat(erasure).catch((error: unknown) => {
        this.failures.add(erasure.id, error);
      });
    }
    oldestErasureSeconds.set((await this.erasures.findOldestAgeMs()) / 1_000);
  }

  private async repeat(erasure: Erasure): Promise<void> {
    // What ends between this question and the erasure has written before it.
    const known = erasure.work && (await this.underWay.findStill(erasure.work));
    await this.eraser.erase(erasure);
    if (erasure.isLast) return this.erasures.remove(erasure);
    const work = known ?? (await this.underWay.find(erasure));
    const waitMs = hasEnded(work) ? LAST_AFTER_MS : REPEAT_AFTER_MS;
    await this.erasures.postpone(erasure, work, new Date(databaseNow() + waitMs));
  }
}
