import type { StreamableFile } from '@nestjs/common';
import Negotiator from 'negotiator';
import { LimitedStreams } from './limited-streams.js';

/** Proxies close silent connections; "every 15 seconds or so" (HTML standard, section 9.2.7). */
const HEARTBEAT_MS = 15_000;

const EVENTS = 'text/event-stream';

const EVENT_STREAMS = new LimitedStreams({ max: 100, maxMs: 3_600_000 });

/** A comment, which clients ignore. */
const HEARTBEAT = ': nothing new\n\n';

/**
 * Returns a stream of server-sent events when `accept` names text/event-stream: each value of `watch` is
 * one event with this `name` and its JSON. Otherwise returns the value of `once`.
 *
 * `watch` must yield undefined from time to time while it has no new value. After 15 s without an event that
 * becomes a comment, which keeps the connection open; it also lets the generator end when the client
 * disconnects. Rejects with the error of `watch` when its first value fails, before any status is sent, and
 * with
 * `too_many_streams`. A stream ends after an hour; an EventSource connects again by itself.
 */
export async function asEventStream<T>(
  accept: string | undefined,
  name: string,
  once: () => Promise<T>,
  watch: () => AsyncGenerator<T | undefined>,
): Promise<T | StreamableFile> {
  if (!prefersEvents(accept)) return once();
  return EVENT_STREAMS.respond(`${EVENTS}; charset=utf-8`, async () => {
    const values = watch();
    // An error of the first value must become a problem document, which is too late once the stream has
    // begun.
    return toEvents(name, await values.next(), values);
  });
}

/** Who accepts everything gets no events: they must be named, and not refused (RFC 9110, section 12.5.1). */
function prefersEvents(accept: string | undefined): boolean {
  const isNamed = accept?.toLowerCase().includes(EVENTS) === true;
  return isNamed && new Negotiator({ headers: { accept } }).mediaTypes([EVENTS]).length > 0;
}

/** The format of the HTML standard (section 9.2, "Server-sent events"). */
async function* toEvents<T>(
  name: string,
  first: IteratorResult<T | undefined, unknown>,
  rest: AsyncGenerator<T | undefined>,
): AsyncGenerator<string> {
  if (first.done === true) return;
  const toText = (value: T | undefined): string =>
    value === undefined ? HEARTBEAT : `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`;
  yield toText(first.value);
  let writtenMs = performance.now();
  for await (const value of rest) {
    if (value === undefined && performance.now() - writtenMs < HEARTBEAT_MS) continue;
    yield toText(value);
    writtenMs = performance.now();
  }
}
