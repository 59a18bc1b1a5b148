import type { SentBatch } from '../settle/settlement.js';

/** Counts the answers of a batch by push service: one that fails alone may be a small part of each call. */
export class ServiceCounts {
  private readonly byService = new Map<string, { answered: number; gone: number }>();

  add(service: string, isGone: boolean): void {
    const count = this.byService.get(service) ?? { answered: 0, gone: 0 };
    this.byService.set(service, count);
    count.answered += 1;
    if (isGone) count.gone += 1;
  }

  /** The counts of the push services with a recipient that is gone. */
  get counts(): SentBatch['services'] {
    return [...this.byService.values()].filter(({ gone }) => gone > 0);
  }
}
