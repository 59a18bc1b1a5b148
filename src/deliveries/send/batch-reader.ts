import { Injectable } from '@nestjs/common';
import { Config } from '../../core/config/config.js';
import { chunk } from '../../core/async/chunk.js';
import { DomainsReader } from '../../domain-configuration/domains.reader.js';
import { databaseNow } from '../../core/mongo/database-clock.js';
import { type SendEvent, SendEventsRepository } from '../../events/send-events.repository.js';
import type { Message } from '../../messages/messages.repository.js';
import { MessagesReader } from '../../messages/messages.reader.js';
import type { FieldValues } from '../../messages/placeholders.js';
import type { Recipient, IdRange } from '../../push-contacts/recipients.reader.js';
import { RECIPIENTS_FRESH_MS, RecipientsReader } from '../../push-contacts/recipients.reader.js';
import type { Batch, StartedBatch } from '../ledger/batch.js';
import { LeftContacts } from './left-contacts.js';
import { elapsedMs, type Lease, type Moment, now } from './lease.js';
import { domainRateKey, messageRateKey } from './throttling/throttle-keys.js';
import type { AskedRate } from './throttling/throttling.service.js';

/** Returns the values of the message's placeholders for a recipient. */
export type ValuesLookup = (contact: Recipient) => FieldValues;

/** Recipients that were read together. */
export interface ReadPage {
  readonly recipients: readonly Recipient[];
  /** When MongoDB was asked for them. */
  readonly readAt: Moment;
}

/** Finds which of the page's contacts with these ids have left since it was read. */
export type LeftLookup = (contactIds: readonly string[], readAt: Moment) => Promise<ReadonlySet<string>>;

/** What is read of a batch in order to send it. */
export interface BatchContents {
  /** Undefined when the message no longer exists. */
  readonly message: Message | undefined;
  /** The recipients without a final outcome, page by page. */
  readonly pages: AsyncIterable<ReadPage>;
  readonly lookUpValues: ValuesLookup;
  /** The rate that the message asks for, or its domain; undefined for none, and for a single visitor. */
  readonly rate: AskedRate | undefined;
  readonly findLeft: LeftLookup;
  /** The events that an earlier run of the batch recorded before it was interrupted. */
  readonly recorded: readonly SendEvent[];
}

/**
 * Recipients in one page, rounded up to whole calls. With more, most of them outlive V8's young generation.
 */
const MIN_PAGE = 400;

const NO_VALUES: FieldValues = new Map();

const NOBODY: ReadonlySet<string> = new Set();

/**
 * More than the clocks of two processes differ, which both follow MongoDB's. Who left that long before the
 * batch was read is not among its recipients.
 */
const CLOCK_MARGIN_MS = 60_000;

/** Reads the message and the recipients of a batch. */
@Injectable()
export class BatchReader {
  private readonly pageSize: number;
  private readonly leftContacts: LeftContacts;

  constructor(
    private readonly messages: MessagesReader,
    private readonly recipients: RecipientsReader,
    private readonly events: SendEventsRepository,
    private readonly domains: DomainsReader,
    { pushApi: { tokensLimit } }: Config,
  ) {
    this.leftContacts = new LeftContacts(recipients);
    this.pageSize = Math.ceil(MIN_PAGE / tokensLimit) * tokensLimit;
  }

  /** Resolves with the message and what is recorded; the pages are read while they are sent. */
  async read(batch: StartedBatch, lease: Lease): Promise<BatchContents> {
    const since = new Date(databaseNow() - CLOCK_MARGIN_MS);
    const [message, rateOfDomain, recorded] = await Promise.all([
      this.messages.find(batch.messageId),
      this.findRateOfDomain(batch),
      mayHaveOutcomes(batch) ? this.findRecorded(batch) : [],
    ]);
    const rate = batch.lane === 'broadcast' && message !== undefined ? (toRate(message) ?? rateOfDomain) : undefined;
    const done = new Set(recorded.map(({ contactId }) => contactId));
    const valuesOfVisitors = new Map(batch.visitors?.map(({ guid, values }) => [guid, values]));
    const lookUpValues: ValuesLookup = ({ visitorGuid }) => valuesOfVisitors.get(visitorGuid ?? '') ?? NO_VALUES;
    const findLeft: LeftLookup = (ids, readAt) =>
      elapsedMs(readAt, now()) < RECIPIENTS_FRESH_MS
        ? Promise.resolve(NOBODY)
        : lease.persist(() => this.leftContacts.find(batch.domain, ids, since));
    return { message, pages: this.openPages(batch, done, lease), lookUpValues, findLeft, rate, recorded };
  }

  /** Finds all recipients of the batch, also those with an outcome. */
  async findRecipients(batch: Batch, lease: Lease): Promise<Recipient[]> {
    const found: Recipient[] = [];
    for await (const { recipients } of this.findPages(batch, lease)) found.push(...recipients);
    return found;
  }

  private async findRateOfDomain({ domain, lane }: Batch): Promise<AskedRate | undefined> {
    if (lane !== 'broadcast') return undefined;
    const perMinute = (await this.domains.find(domain))?.ratePerMinute ?? null;
    return perMinute === null ? undefined : { key: domainRateKey(domain), perMinute };
  }

  private async *openPages(batch: Batch, done: ReadonlySet<string>, lease: Lease): AsyncGenerator<ReadPage> {
    for await (const page of this.findPages(batch, lease)) {
      yield done.size === 0 ? page : { ...page, recipients: page.recipients.filter(({ id }) => !done.has(id)) };
    }
  }

  /** What a page that cannot be read would end is the run, with the temporary outcomes that it holds. */
  private async *findPages(batch: Batch, lease: Lease): AsyncGenerator<ReadPage> {
    const { domain, contactIds, range, visitors } = batch;
    if (contactIds !== null) {
      for (const ids of chunk(contactIds, this.pageSize)) {
        yield readPage(lease, () => this.recipients.findByIds(domain, ids));
      }
    } else if (range !== null) {
      yield* this.findPagesInRange(domain, range, lease);
    } else {
      const guids = [...new Set(visitors?.map(({ guid }) => guid))];
      for (const some of chunk(guids, this.pageSize)) {
        yield readPage(lease, () => this.recipients.findByVisitors(domain, some));
      }
    }
  }

  private async *findPagesInRange(
    domain: string,
    { afterId, upToId }: IdRange,
    lease: Lease,
  ): AsyncGenerator<ReadPage> {
    let after = afterId;
    while (after !== upToId) {
      const range = { afterId: after, upToId };
      const page = await readPage(lease, () => this.recipients.findInRange(domain, range, this.pageSize));
      const last = page.recipients.at(-1);
      if (last === undefined) return;
      yield page;
      after = last.id;
    }
  }

  /**
   * The outcomes that are recorded of the batch's recipients, by the ids that it was made for: a
   * contact may have been pruned since its outcome was written.
   */
  async findRecorded(batch: Batch): Promise<SendEvent[]> {
    const { deliveryId, domain, contactIds, range, visitors, erasedContactIds = [] } = batch;
    if (contactIds !== null) return this.events.findByContacts(batch, contactIds);
    if (range !== null) return this.events.findInRange(deliveryId, range);
    const guids = visitors?.map(({ guid }) => guid) ?? [];
    const ids = await this.recipients.findIdsOfVisitors(domain, guids);
    return this.events.findByContacts(batch, [...ids, ...erasedContactIds]);
  }
}

function readPage(lease: Lease, find: () => Promise<Recipient[]>): Promise<ReadPage> {
  return lease.persist(async () => {
    const readAt = now();
    return { recipients: await find(), readAt };
  });
}

function toRate({ messageId, ratePerMinute }: Message): AskedRate | undefined {
  return ratePerMinute === null ? undefined : { key: messageRateKey(messageId), perMinute: ratePerMinute };
}

/**
 * A worker that has lost the batch that this one retries may have written an outcome after it was
 * planned.
 */
function mayHaveOutcomes({ isRestarted, attempt, contactIds }: StartedBatch): boolean {
  return isRestarted || attempt > 0 || contactIds !== null;
}
