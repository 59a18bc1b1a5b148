import { Injectable } from '@nestjs/common';
import { acceptedContacts, acceptedSends, plannedContacts } from '../../core/metrics/sending.metrics.js';
import { DomainsReader } from '../../domain-configuration/domains.reader.js';
import type { IdempotentRequest } from '../../idempotency/idempotency-key.js';
import { IdempotencyService, type StoredRequest } from '../../idempotency/idempotency.service.js';
import type { MessageIdResponse } from '../../messages/messages.dto.js';
import type { WarningResponse } from '../../messages/warnings.dto.js';
import { PruneBreakerService } from '../pruning/prune-breaker.service.js';
import { toWarnings } from './send-warnings.js';

/** A request to send or to store a message. */
export interface SendRequest {
  readonly domain: string;
  readonly key: IdempotentRequest | undefined;
  /** Properties of its body that are ignored, as they were written. */
  readonly unknownProperties: readonly string[];
}

/** What the metrics count of a send that is accepted. */
interface AcceptedSend {
  readonly kind: 'broadcast' | 'visitors' | 'visitor';
  /** Where they are known at once, and therefore planned already. */
  readonly contacts?: number;
}

interface StoredSend extends Omit<StoredRequest, 'reads'> {
  /** Absent of a message that is stored and not sent. */
  readonly counted?: AcceptedSend;
}

/** Accepts each send once, and makes the response to it. */
@Injectable()
export class AcceptedSends {
  constructor(
    private readonly idempotency: IdempotencyService,
    private readonly domains: DomainsReader,
    private readonly breakers: PruneBreakerService,
  ) {}

  /**
   * Does what `IdempotencyService.once` does, and resolves with the message id and the warnings of this
   * request; a repeated key has the first request's id.
   */
  async once(
    { domain, key, unknownProperties }: SendRequest,
    { counted, afterwards, ...send }: StoredSend,
  ): Promise<MessageIdResponse> {
    const reads = this.findWarnings({ domain, unknownProperties });
    // Who waits for it gets its error.
    reads.catch(() => undefined);
    const messageId = await this.idempotency.once(key, {
      ...send,
      reads,
      afterwards: () => {
        observeAccepted(counted);
        return afterwards();
      },
    });
    const warnings = await reads;
    return warnings.length === 0 ? { messageId } : { messageId, warnings };
  }

  /** Finds what the caller of a send should know, also of one that is only asked about. */
  async findWarnings({ domain, unknownProperties }: Omit<SendRequest, 'key'>): Promise<WarningResponse[]> {
    const [known, { isOpen }] = await Promise.all([this.domains.find(domain), this.breakers.get(domain)]);
    return toWarnings(known, isOpen, unknownProperties);
  }
}

/** After it is stored: a repeated request stores nothing. */
function observeAccepted(counted: AcceptedSend | undefined): void {
  if (counted === undefined) return;
  const { kind, contacts = 0 } = counted;
  acceptedSends.inc({ kind });
  acceptedContacts.inc(contacts);
  plannedContacts.inc(contacts);
}
