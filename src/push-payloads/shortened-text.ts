const ELLIPSIS = '…';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Returns the length in bytes of the text as a JSON string in UTF-8, with its quotes. */
export function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/**
 * Returns the longest beginning of a text, with an ellipsis, that has at most `maxBytes` bytes as a JSON
 * string. It ends at the border of a grapheme cluster (Unicode Standard Annex 29). Returns undefined when not
 * even one fits.
 */
export function shortenedText(text: string, maxBytes: number): string | undefined {
  // A character has at least one byte, so nothing beyond `maxBytes` characters can fit.
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
