import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';

/** Characters gathered before they are written, so that a long list is not one packet per item. */
const CHUNK_LENGTH = 65_536;

/** Answers a list as JSON while it is still being read: memory stays the same whatever its length. */
export function streamJsonArray(items: AsyncIterable<unknown>): StreamableFile {
  return new StreamableFile(Readable.from(chunksOf(items), { objectMode: false }), {
    type: 'application/json; charset=utf-8',
  });
}

async function* chunksOf(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  let chunk = '[';
  let separator = '';
  for await (const item of items) {
    chunk += separator + JSON.stringify(item);
    separator = ',';
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  yield `${chunk}]`;
}
