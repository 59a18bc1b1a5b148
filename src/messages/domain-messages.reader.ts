import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import mongoose, { type Model } from 'mongoose';
import { escapePattern } from '../core/mongo/escape-pattern.js';
import { rawCollection } from '../core/mongo/raw-collection.js';
import { type MessageSummary, toSummary } from './message-summary.js';
import { MESSAGE, type MessageDocument } from './messages.schema.js';

const { MaxKey, MinKey } = mongoose.mongo;

/** The place of a message among those of its domain, by which they are listed. */
export interface MessagePlace {
  readonly insertedAt: Date;
  /** The message's `_id`. */
  readonly id: string;
}

/** Which messages of a domain are listed; without bounds all. */
export interface MessageFilter {
  readonly domain: string;
  /** Inclusive. */
  readonly from: Date | undefined;
  /** Inclusive. */
  readonly to: Date | undefined;
  /** Only earlier ones than this place. */
  readonly before: MessagePlace | undefined;
  /** What title or body must contain, in any case. */
  readonly text: string | undefined;
}

/** A page of messages, the latest first. */
export interface MessagePage {
  readonly messages: readonly MessageSummary[];
  /** Where the next page begins; null after the last one. */
  readonly last: MessagePlace | null;
}

/** Messages whose text is looked at for one page. */
const MAX_SEARCHED = 2_000;

/** For the messages of a domain by date; with `_id`, so that pages do not overlap within a millisecond. */
const INDEX = { domain: 1, inserted_date: 1, _id: 1 } as const;

const LATEST_FIRST = { domain: -1, inserted_date: -1, _id: -1 } as const;

/** What no list shows. */
const UNLISTED = { data: 0, outcomes: 0, actions: 0 } as const;

/** Reads the messages of a domain page by page. */
@Injectable()
export class DomainMessagesReader {
  constructor(@InjectModel(MESSAGE) private readonly model: Model<MessageDocument>) {}

  /**
   * Finds at most `limit` messages. With a text it looks at 2,000 messages at most, so that a page may be
   * shorter, or empty, and not the last one.
   */
  async find(filter: MessageFilter, limit: number): Promise<MessagePage> {
    // MongoDB refuses a range that ends before it begins, as that of a cursor of an earlier period.
    if (isEmpty(filter)) return { messages: [], last: null };
    const end = filter.text === undefined ? undefined : await this.findEndOfSearch(filter);
    const found = await rawCollection(this.model)
      .find(toTextFilter(filter.text), {
        ...toRange(filter, end),
        projection: UNLISTED,
        limit: limit + 1,
      })
      .toArray();
    const page = found.slice(0, limit);
    const lastFound = found.length > limit ? page.at(-1) : undefined;
    return { messages: page.map(toSummary), last: (lastFound && toPlace(lastFound)) ?? end ?? null };
  }

  /** The last place that a search looks at; undefined when the list ends before. */
  private async findEndOfSearch(filter: MessageFilter): Promise<MessagePlace | undefined> {
    const [document] = await rawCollection(this.model)
      .find({}, { ...toRange(filter), projection: { inserted_date: 1 }, skip: MAX_SEARCHED - 1, limit: 1 })
      .toArray();
    return document && toPlace(document);
  }
}

function toPlace({ _id: id, inserted_date: insertedAt }: Pick<MessageDocument, '_id' | 'inserted_date'>): MessagePlace {
  return { id, insertedAt };
}

function isEmpty({ from, before }: MessageFilter): boolean {
  return from !== undefined && before !== undefined && before.insertedAt < from;
}

/** The range of the index from the earliest place, which is included, up to the latest one, which is not. */
function toRange({ domain, from, to, before }: MessageFilter, end?: MessagePlace): object {
  const isBeforeNearer = before !== undefined && (to === undefined || before.insertedAt <= to);
  const earliest = end ?? { insertedAt: from ?? new MinKey(), id: new MinKey() };
  const latest = isBeforeNearer ? before : { insertedAt: to ?? new MaxKey(), id: new MaxKey() };
  return {
    hint: INDEX,
    sort: LATEST_FIRST,
    min: { domain, inserted_date: earliest.insertedAt, _id: earliest.id },
    max: { domain, inserted_date: latest.insertedAt, _id: latest.id },
  };
}

function toTextFilter(text: string | undefined): object {
  if (text === undefined) return {};
  const contains = { $regex: escapePattern(text), $options: 'i' };
  return { $or: [{ title: contains }, { body: contains }] };
}
