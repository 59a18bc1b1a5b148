import { Injectable } from '@nestjs/common';
import { invalidProperty } from '../core/errors/errors.js';
import { readCursor, toCursor } from '../core/validation/request-cursor.js';
import type { AuditQuery, AuditResponse } from './audit.dto.js';
import { type AuditEntry, AuditRepository } from './audit.repository.js';

/** The ids of entries. */
const ID = /^[0-9a-f]{28}$/;

/** Lists what callers have done. */
@Injectable()
export class AuditService {
  constructor(private readonly entries: AuditRepository) {}

  /**
   * Lists the entries of a period, the latest first, page after page by cursor; entries that are added
   * meanwhile shift nothing. Throws `validation_failed` for a cursor of another kind, and when `from` is
   * after `to`.
   */
  async list({ domain, from, to, cursor, per_page: perPage }: AuditQuery): Promise<AuditResponse> {
    if (from !== undefined && to !== undefined && from > to) throw invalidProperty('from', 'must not be after to');
    const [before] = readCursor(cursor, ID) ?? [];
    const found = await this.entries.find({ domain: domain ?? undefined, from, to, before }, perPage + 1);
    const page = found.slice(0, perPage);
    const last = found.length > perPage ? page.at(-1) : undefined;
    return {
      items: page.map((entry) => toResponse(entry, domain)),
      nextCursor: toCursor(last?.id),
      perPage,
    };
  }
}

/** Who asks for one domain learns of no other. */
function toResponse(
  { domains: all, at, subject, keyId, method, route, status, ...ids }: AuditEntry,
  domain: string | null | undefined,
): AuditResponse['items'][number] {
  const domains = domain ? all.filter((each) => each === domain) : all;
  const [single = null] = domains.length === 1 ? domains : [];
  const { messageId, contactId, requestId, isRepeat } = ids;
  const call = { at, subject, keyId, method, route, domain: single, domains };
  return { ...call, messageId, contactId, requestId, isRepeat, status, outcome: toOutcome(status) };
}

function toOutcome(status: number | null): AuditResponse['items'][number]['outcome'] {
  if (status === null) return 'unknown';
  if (status < 400) return 'accepted';
  return status < 500 ? 'refused' : 'failed';
}
