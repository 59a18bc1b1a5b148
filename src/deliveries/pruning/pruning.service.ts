import { Injectable } from '@nestjs/common';
import { ContactPruner, type RejectedContact } from '../../push-contacts/contact-pruner.js';
import type { GoneCount } from '../../stats/gone-share.reader.js';
import { PruneBreakerService } from './prune-breaker.service.js';

/** The recipients of one call that are gone, and how many were answered. */
export interface GoneCall {
  readonly answered: number;
  readonly gone: readonly RejectedContact[];
}

/** What a sent batch has to say of contacts that are gone. */
export interface PrunableBatch {
  readonly domain: string;
  readonly messageId: string;
  readonly answered: number;
  readonly calls: readonly GoneCall[];
  /** The same recipients by push service, as far as it is known. */
  readonly services: readonly GoneCount[];
}

/** Prunes contacts that are gone, unless the breaker of their domain doubts it. */
@Injectable()
export class PruningService {
  constructor(
    private readonly breaker: PruneBreakerService,
    private readonly pruner: ContactPruner,
  ) {}

  /** Prunes the gone contacts of the batches; doing it twice changes nothing. */
  async prune(batches: readonly PrunableBatch[]): Promise<void> {
    const allowed = new Map<string, RejectedContact[]>();
    for (const { domain, messageId, answered, calls, services } of batches) {
      const gone = calls.flatMap((call) => call.gone);
      if (gone.length === 0) continue;
      const ofCalls = calls.map((call) => ({ answered: call.answered, gone: call.gone.length }));
      const batch = { answered, gone: gone.length };
      if (await this.breaker.allows({ domain, messageId, parts: [...ofCalls, ...services], batch }))
        allowed.set(domain, [...(allowed.get(domain) ?? []), ...gone]);
    }
    for (const [domain, gone] of allowed) await this.pruner.prune(domain, gone);
  }
}
