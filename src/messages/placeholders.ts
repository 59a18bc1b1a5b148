/** `[[[name]]]`; a name has letters, digits, `_`, `.` and `-`. */
const PLACEHOLDER = /\[\[\[([\p{L}\p{N}_.-]+)\]\]\]/gu;

/** Values by the name of the placeholder, in lower case. */
export type FieldValues = ReadonlyMap<string, string>;

/** Returns the names of the placeholders in a text, each once, in its first spelling; names ignore case. */
export function placeholdersIn(text: string): string[] {
  const names = new Map<string, string>();
  for (const [, name = ''] of text.matchAll(PLACEHOLDER)) {
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  }
  return [...names.values()];
}

/** Returns the names of the placeholders in a text that have no value. */
export function missingIn(text: string, values: FieldValues): string[] {
  return placeholdersIn(text).filter((name) => !values.has(name.toLowerCase()));
}

/**
 * Replaces each placeholder that has a value; the others stay unchanged. Values are not searched again.
 * @param encode what is written instead of a value.
 */
export function replacePlaceholders(
  text: string,
  values: FieldValues,
  encode: (value: string) => string = (value) => value,
): string {
  return replaceEachPlaceholder(text, (placeholder, name) => {
    const value = values.get(name.toLowerCase());
    return value === undefined ? placeholder : encode(value);
  });
}

/** Replaces every placeholder by what `replace` returns for it and its name. */
export function replaceEachPlaceholder(text: string, replace: (placeholder: string, name: string) => string): string {
  return text.replace(PLACEHOLDER, replace);
}
