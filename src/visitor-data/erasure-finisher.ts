import { Injectable } from '@nestjs/common';
import { databaseNow } from '../core/mongo/database-clock.js';
import { VisitorBatches } from '../deliveries/ledger/visitor-batches.js';
import { Eraser } from './eraser.js';
import { type Erasure, ErasuresRepository } from './erasures.repository.js';

/** While a batch holds it. */
const REPEAT_AFTER_MS = 5_000;

/**
 * After nothing holds it any more: longer than the write of a worker that has lost its batch, a plan's step
 * and a list that was arriving take to end.
 */
const LAST_AFTER_MS = 60_000;

/**
 * Repeats erasures for as long as work that had begun before them may bring data back: a call to PushApi
 * whose outcome is an event with the device token, the retry of a list that names the visitor.
 */
@Injectable()
export class ErasureFinisher {
  constructor(
    private readonly erasures: ErasuresRepository,
    private readonly eraser: Eraser,
    private readonly batches: VisitorBatches,
  ) {}

  /** Repeats up to `limit` erasures that are due. */
  async finishDue(limit: number): Promise<void> {
    for (const erasure of await this.erasures.findDue(limit)) await this.repeat(erasure);
  }

  private async repeat(erasure: Erasure): Promise<void> {
    // What ends between this question and the erasure has written its events before it.
    const known = erasure.held && (await this.batches.findStillHeld(erasure.held));
    await this.eraser.erase(erasure);
    if (erasure.isLast) return this.erasures.remove(erasure.id);
    const held = known ?? (await this.batches.findHeld(erasure.domains));
    const waitMs = held.length > 0 ? REPEAT_AFTER_MS : LAST_AFTER_MS;
    await this.erasures.postpone(erasure.id, held, new Date(databaseNow() + waitMs));
  }
}
