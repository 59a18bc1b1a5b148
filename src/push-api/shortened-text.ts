const ELLIPSIS = '…';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Bytes of a text as a JSON string in UTF-8, with its quotes. */
export function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/**
 * The longest beginning of a text that ends at the border of a character as people see it (Unicode Standard Annex 29), with
 * an ellipsis, in at most `maxBytes` bytes as a JSON string; undefined when not even one character fits.
 */
export function shortenedText(text: string, maxBytes: number): string | undefined {
  // No character takes less than a byte, so what is beyond need not be looked at.
  const borders = Array.from(graphemes.segment(text.slice(0, Math.max(0, maxBytes))), ({ index }) => index);
  let fitting = 0;
  let tooLong = borders.length;
  while (tooLong - fitting > 1) {
    const middle = Math.floor((fitting + tooLong) / 2);
    const fits = jsonBytes(text.slice(0, borders[middle]) + ELLIPSIS) <= maxBytes;
    if (fits) fitting = middle;
    else tooLong = middle;
  }
  return fitting === 0 ? undefined : text.slice(0, borders[fitting]).trimEnd() + ELLIPSIS;
}
