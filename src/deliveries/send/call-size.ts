import { chunk } from '../../core/async/chunk.js';

/**
 * The most bytes of a call's body. Less than 1 MiB, which is the limit of the built-in PushApi's `/message`
 * and nginx's default (nginx.org, "client_max_body_size"); ASP.NET accepts 30 MB.
 */
export const MAX_CALL_BYTES = 1_000_000;

/** Bytes of a text within JSON. */
type MeasureText = (text: string) => number;

/** One character takes six when it is escaped (RFC 8259, section 7), and three as UTF-8; with quotes. */
export const atMost: MeasureText = (text) => text.length * 6 + 2;

const exactly: MeasureText = (text) => Buffer.byteLength(JSON.stringify(text));

/**
 * Splits `items` into arrays of at most `limits.items` items and `limits.bytes` bytes, in order; an item that
 * is larger by itself is alone.
 *
 * @param measure the bytes of an item, by the given measure of its texts: first one that costs nothing, and
 *   only where that is too much the exact one.
 */
export function chunkBySize<T>(
  items: readonly T[],
  limits: { readonly items: number; readonly bytes: number },
  measure: (item: T, measureText: MeasureText) => number,
): T[][] {
  return chunk(items, limits.items).flatMap((part) => {
    let bytes = 0;
    for (const item of part) bytes += measure(item, atMost);
    return bytes <= limits.bytes ? [part] : cut(part, limits.bytes, (item) => measure(item, exactly));
  });
}

function cut<T>(items: readonly T[], maxBytes: number, measure: (item: T) => number): T[][] {
  const parts: T[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const size = measure(item);
    if (bytes + size > maxBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(item);
    bytes += size;
  }
  return parts;
}

/** Splits into two halves. */
export function halve<T>(items: readonly T[]): T[][] {
  return chunk(items, Math.ceil(items.length / 2));
}
