import { Injectable } from '@nestjs/common';
import { databaseNow } from '../core/mongo/database-clock.js';
import { MessageCountersRepository } from '../messages/message-counters.repository.js';
import { ReportsRepository } from './reports.repository.js';

const PAST_MS = 30 * 86_400_000;

/** A domain's past changes little while it is sent to. */
const REMEMBERED_MS = 60_000;
const MAX_DOMAINS = 1_000;

/**
 * Recipients that push services have answered, and those of them that were gone: what is billed and not
 * delivered.
 */
export interface GoneCount {
  readonly answered: number;
  readonly gone: number;
}

/** Reads how often contacts of a domain are gone. */
@Injectable()
export class GoneShareReader {
  private readonly remembered = new Map<string, { readonly readMs: number; readonly past: GoneCount }>();

  constructor(
    private readonly reports: ReportsRepository,
    private readonly counters: MessageCountersRepository,
  ) {}

  /** Counts the domain's last 30 days without some messages; up to 1 min old. */
  async findPast(domain: string, exceptMessageIds: readonly string[]): Promise<GoneCount> {
    const key = `${exceptMessageIds.join()} ${domain}`;
    const nowMs = databaseNow();
    const known = this.remembered.get(key);
    if (known !== undefined && nowMs - known.readMs < REMEMBERED_MS) return known.past;
    const period = { from: new Date(nowMs - PAST_MS), to: new Date(nowMs) };
    const past = toGoneCount(await this.reports.sumOfOthers(domain, exceptMessageIds, period));
    if (this.remembered.size >= MAX_DOMAINS) this.remembered.clear();
    this.remembered.set(key, { readMs: nowMs, past });
    return past;
  }

  /** Counts what is settled of a message of the domain. */
  async findOfMessage(domain: string, messageId: string): Promise<GoneCount> {
    return toGoneCount(await this.counters.findCounters(domain, messageId));
  }
}

/** Failures without an answer are few, and make the share smaller. */
function toGoneCount(counts: { sent: number; delivered: number; billableSends: number } | undefined): GoneCount {
  if (counts === undefined) return { answered: 0, gone: 0 };
  return { answered: counts.sent, gone: counts.billableSends - counts.delivered };
}
