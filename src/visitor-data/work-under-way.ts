import { Injectable } from '@nestjs/common';
import { ArrivingLists } from '../deliveries/ledger/arriving-lists.js';
import { type HeldBatch, VisitorBatches } from '../deliveries/ledger/visitor-batches.js';
import type { ErasedData } from './erasures.repository.js';

/** Work that had begun before an erasure and may bring its data back. */
export interface Work {
  /** Batches that may still record what they had read. */
  readonly batches: readonly HeldBatch[];
  /** Lists that are arriving or being planned, by the ids of their deliveries. */
  readonly lists: readonly string[];
}

/** Finds what may bring erased data back. */
@Injectable()
export class WorkUnderWay {
  constructor(
    private readonly batches: VisitorBatches,
    private readonly lists: ArrivingLists,
  ) {}

  async find({ domains, domain }: ErasedData): Promise<Work> {
    // A list that ends in between has batches by then.
    const lists = await this.lists.find(domain);
    return { lists, batches: await this.batches.findHeld(domains) };
  }

  /** Finds what of this work has not ended. */
  async findStill({ batches, lists }: Work): Promise<Work> {
    return {
      batches: await this.batches.findStillHeld(batches),
      lists: await this.lists.findStill(lists),
    };
  }
}

export function hasEnded({ batches, lists }: Work): boolean {
  return batches.length === 0 && lists.length === 0;
}
