import { Injectable, Logger } from '@nestjs/common';
import { databaseDate, databaseNow } from '../../core/mongo/database-clock.js';
import { logFields } from '../../core/process/log-fields.js';
import { pruneBreakerTrips, withheldContacts } from '../../core/metrics/sending.metrics.js';
import { type GoneCount, GoneShareReader } from '../../stats/gone-share.reader.js';
import { isCallDoubtful, isSendDoubtful, shareOf } from './gone-share.js';
import type { PruneBreakerResponse } from './prune-breaker.dto.js';
import { type OpenBreaker, type PruneBreaker, PruneBreakerRepository } from './prune-breaker.repository.js';

/** Long enough to send to the contacts that were not pruned once more. */
const RELEASED_MS = 86_400_000;

/** What a domain's past is compared with. */
export interface Answers {
  readonly domain: string;
  readonly messageId: string;
  /** Of each call that had a recipient that is gone, and of each push service of the batch. */
  readonly parts: readonly GoneCount[];
  /** Of the batch, which is not counted in the message yet. */
  readonly batch: GoneCount;
}

/**
 * Doubts answers by which far more contacts of a domain are gone than in its past: a push service, a proxy
 * or PushApi that fails with 410 or 404 must not prune a whole domain. While the breaker of a domain is
 * open none of its contacts is pruned; they are sent to again by the next message.
 */
@Injectable()
export class PruneBreakerService {
  private readonly logger = new Logger('Pruning');

  constructor(
    private readonly repository: PruneBreakerRepository,
    private readonly shares: GoneShareReader,
  ) {}

  /** Whether contacts that are gone may be pruned; opens the breaker when the answers are doubtful. */
  async allows(answers: Answers): Promise<boolean> {
    const { domain } = answers;
    const breaker = await this.repository.find(domain);
    if (breaker?.isOpen !== true && !(await this.isDoubted(answers, breaker))) return true;
    await this.repository.addWithheld(domain, answers.messageId, answers.batch.gone);
    withheldContacts.inc(answers.batch.gone);
    return false;
  }

  /** The state of a domain's breaker. */
  async get(domain: string): Promise<PruneBreakerResponse> {
    return toResponse(domain, await this.repository.find(domain));
  }

  /** The breakers that are open, at most `limit`. */
  findOpen(limit: number): Promise<OpenBreaker[]> {
    return this.repository.findOpen(limit);
  }

  countOpen(): Promise<number> {
    return this.repository.countOpen();
  }

  /** Lets pruning go on, and keeps the breaker from opening for 24 h. Changes nothing when it is closed. */
  async release(domain: string): Promise<PruneBreakerResponse> {
    await this.repository.release(domain, new Date(databaseNow() + RELEASED_MS));
    return this.get(domain);
  }

  private async isDoubted(answers: Answers, breaker: PruneBreaker | undefined): Promise<boolean> {
    const { domain, messageId, parts, batch } = answers;
    if ((breaker?.releasedUntil?.getTime() ?? 0) > databaseNow()) return false;
    const [past, counted] = await Promise.all([
      this.shares.findPast(domain, [messageId, ...(breaker?.doubtedMessageIds ?? [])]),
      this.shares.findOfMessage(domain, messageId),
    ]);
    const soFar = { answered: counted.answered + batch.answered, gone: counted.gone + batch.gone };
    const doubtful = parts.find((part) => isCallDoubtful(part, past)) ?? (isSendDoubtful(soFar, past) ? soFar : null);
    if (doubtful === null) return false;
    const doubt = { ...doubtful, messageId, pastShare: shareOf(past) };
    if (await this.repository.open(domain, doubt, databaseDate())) {
      pruneBreakerTrips.inc();
      this.logger.error(
        `${doubt.gone} of ${doubt.answered} contacts of message ${messageId} are said to be gone, in the past ` +
          `${(doubt.pastShare * 100).toFixed(1)} %: none of the domain ${JSON.stringify(domain)} is pruned until ` +
          'POST /domains/{name}/prune-breaker/release',
        logFields({ messageId, domain }),
      );
    }
    return true;
  }
}

function toResponse(domain: string, breaker: PruneBreaker | undefined): PruneBreakerResponse {
  if (breaker === undefined) return { domain, isOpen: false };
  const { isOpen, openedAt, messageId, answered, gone, pastShare, withheld, releasedUntil } = breaker;
  return {
    domain,
    isOpen,
    openedAt,
    messageId,
    answered,
    gone,
    pastShare,
    withheld,
    ...(releasedUntil !== null && { releasedUntil }),
  };
}
