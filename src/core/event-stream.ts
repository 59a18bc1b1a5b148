import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';

/** Answers `once`, or to a caller who accepts text/event-stream each of `watch` as an event of this name. */
export async function asEventStream<T>(
  accept: string | undefined,
  name: string,
  once: () => Promise<T>,
  watch: () => AsyncGenerator<T>,
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
  first: IteratorResult<T, unknown>,
  rest: AsyncGenerator<T>,
): AsyncGenerator<string> {
  if (first.done === true) return;
  const eventOf = (value: T): string => `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`;
  yield eventOf(first.value);
  for await (const value of rest) yield eventOf(value);
}
