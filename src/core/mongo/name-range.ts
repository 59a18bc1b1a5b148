/** Names that begin with a prefix and come after another name; both may be empty. */
export interface NameRange {
  readonly prefix: string;
  readonly after: string;
}

/** The highest code point, which ends no name. */
const LAST = '\u{10FFFF}';

/** Matches the texts of a range by an index of them; never an empty text. */
export function inNameRange({ prefix, after }: NameRange): { $gt: string; $gte: string; $lt: string } {
  return { $gt: after, $gte: prefix, $lt: prefix + LAST };
}

/** Compares texts as MongoDB sorts them: by their bytes in UTF-8. */
export function compareNames(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
