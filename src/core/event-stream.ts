import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';

/** A proxy may close a connection that is silent; "every 15 seconds or so" (HTML standard, section 9.2.7). */
const HEARTBEAT_MS = 15_000;

/** A comment, which clients pass over. */
const HEARTBEAT = ': nothing new\n\n';

/**
 * Answers `once`, or to a caller who accepts text/event-stream each of `watch` as an event of this name. Whoever watches
 * yields undefined now and then while there is nothing new; from that come the comments that keep the stream open, after
 * 15 s of silence, and the end of the watching when its reader has left.
 */
export async function asEventStream<T>(
  accept: string | undefined,
  name: string,
  once: () => Promise<T>,
  watch: () => AsyncGenerator<T | undefined>,
): Promise<T | StreamableFile> {
  if (accept?.toLowerCase().includes('text/event-stream') !== true) return once();
  const values = watch();
  // The first one decides on the status: what is not found is no stream.
  const first = await values.next();
  return new StreamableFile(Readable.from(eventsOf(name, first, values), { objectMode: false }), {
    type: 'text/event-stream; charset=utf-8',
  });
}

/** Events as the HTML standard has them (section 9.2, "Server-sent events"). */
async function* eventsOf<T>(
  name: string,
  first: IteratorResult<T | undefined, unknown>,
  rest: AsyncGenerator<T | undefined>,
): AsyncGenerator<string> {
  if (first.done === true) return;
  const textOf = (value: T | undefined): string =>
    value === undefined ? HEARTBEAT : `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`;
  yield textOf(first.value);
  let writtenMs = performance.now();
  for await (const value of rest) {
    if (value === undefined && performance.now() - writtenMs < HEARTBEAT_MS) continue;
    yield textOf(value);
    writtenMs = performance.now();
  }
}
