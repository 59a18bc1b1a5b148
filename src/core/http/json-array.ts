import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StreamableFile } from '@nestjs/common';
import pLimit from 'p-limit';
import { LimitedStreams } from './limited-streams.js';

/** Characters that are buffered for one write, so that a long list is not one packet per item. */
const CHUNK_LENGTH = 16_384;

/**
 * Each holds a cursor and some of its documents. A list that is larger than what its reader takes in ten
 * minutes breaks off.
 */
const LISTS = new LimitedStreams({ max: 32, maxMs: 600_000 });

/**
 * Lists that make a chunk at once. Node.js 20 accepts one connection in each turn of its event loop, so that
 * turns in which every list makes a chunk keep new connections waiting for seconds.
 */
const working = pLimit(2);

/**
 * Returns a response with a JSON array that is written while the items of `find` are read, so that memory
 * does not grow with its length. An error of the items breaks the response off after its status is sent.
 * Throws `too_many_streams`, and what `find` throws.
 */
export function streamJsonArray(find: () => Promise<AsyncIterable<unknown>>): Promise<StreamableFile> {
  return LISTS.respond('application/json; charset=utf-8', async () => toChunks(await find()));
}

async function* toChunks(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  let separator = '[';
  for await (const texts of inChunks(items)) {
    yield separator + texts.join();
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

async function* inChunks(items: AsyncIterable<unknown>): AsyncGenerator<readonly string[]> {
  const iterator = items[Symbol.asyncIterator]();
  const takeNext = (): Promise<readonly string[]> => working(() => takeChunk(iterator));
  try {
    for (let chunk = await takeNext(); chunk.length > 0; chunk = await takeNext()) yield chunk;
  } finally {
    await iterator.return?.();
  }
}

/** Texts of the next items; none at the end. */
async function takeChunk(iterator: AsyncIterator<unknown>): Promise<readonly string[]> {
  // Items that have been read come without a pause, and other requests would wait for all of them.
  await nextTurn();
  const texts: string[] = [];
  for (let length = 0; length < CHUNK_LENGTH; length += texts.at(-1)?.length ?? 0) {
    const item = await iterator.next();
    if (item.done === true) break;
    texts.push(JSON.stringify(item.value));
  }
  return texts;
}
