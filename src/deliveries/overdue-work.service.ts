import { Injectable } from '@nestjs/common';
import { DopplerVisitorsService } from '../doppler/doppler-visitors.service.js';
import { BatchesRepository, type BatchToRing } from './batches.repository.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryBells } from './delivery-bells.js';

/** Work that is overdue by less has probably been rung for and only waits for its turn. */
const GRACE_MS = 15_000;

/** Bells rung in one sweep. With as many jobs waiting, the workers have enough to do. */
const LIMIT = 500;

/** Finds work in MongoDB that no job in Redis stands for any more. */
@Injectable()
export class OverdueWorkService {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly batches: BatchesRepository,
    private readonly bells: DeliveryBells,
    private readonly dopplerVisitors: DopplerVisitorsService,
  ) {}

  /** Rings again for all that is overdue. */
  async ring(): Promise<void> {
    const overdue = new Date(Date.now() - GRACE_MS);
    for (const id of await this.deliveries.findDueBefore(overdue, LIMIT)) await this.bells.ringForPlan(id);
    await this.dopplerVisitors.ringForOverdue(overdue, LIMIT);
    await this.ringForBatches('visitor', overdue);
    if ((await this.bells.countWaitingBatches()) < LIMIT) await this.ringForBatches('broadcast', overdue);
  }

  private async ringForBatches(lane: BatchToRing['lane'], overdue: Date): Promise<void> {
    const batches = await this.batches.findDueBefore(overdue, lane, LIMIT);
    await this.bells.ringForBatches(batches);
    await this.batches.touch(batches.map(({ id }) => id));
  }
}
