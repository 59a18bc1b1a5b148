import { AppError } from '../errors/errors.js';

/** Deeper values are rejected before anything recurses into them. */
const MAX_DEPTH = 16;

/**
 * Objects and lists: three times what a call of PushApi with 1,000 subscriptions has. To parse a million
 * takes a second.
 */
const MAX_CONTAINERS = 10_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LIST_START = 0x5b;
const LIST_END = 0x5d;
const OBJECT_START = 0x7b;
const OBJECT_END = 0x7d;

/**
 * Returns a `validation_failed` for a JSON text that nests more deeply, or holds more objects and lists,
 * than any request
 * needs, else null. It is found before the text is parsed, in one pass; whether the text is JSON is not
 * looked at.
 */
export function findStructureError(text: string): AppError | null {
  let depth = 0;
  let containers = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = findStringEnd(text, index);
    else if (code === OBJECT_END || code === LIST_END) depth -= 1;
    if (code !== OBJECT_START && code !== LIST_START) continue;
    depth += 1;
    containers += 1;
    if (depth > MAX_DEPTH) return rejected('is nested too deeply');
    if (containers > MAX_CONTAINERS) return rejected('has too many objects and lists');
  }
  return null;
}

function rejected(why: string): AppError {
  return new AppError('validation_failed', `The body ${why}.`);
}

/** The index of the quote that ends the string which starts at `start`, or of the end of the text. */
function findStringEnd(text: string, start: number): number {
  let end = start;
  do {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
  } while (isEscaped(text, end));
  return end;
}

function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (index - first) % 2 === 1;
}
