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

/** Returns the names, in lower case, of all placeholders in a message's title and body. */
export function wantedFields({ title, body }: { readonly title: string; readonly body: string }): Set<string> {
  return new Set([...placeholdersIn(title), ...placeholdersIn(body)].map((name) => name.toLowerCase()));
}

/** Returns the names of the placeholders in a text that have no value. */
export function missingIn(text: string, values: FieldValues): string[] {
  return placeholdersIn(text).filter((name) => !values.has(name.toLowerCase()));
}

/** Replaces each placeholder that has a value; the others stay unchanged. Values are not searched again. */
export function replacePlaceholders(text: string, values: FieldValues): string {
  return text.replace(PLACEHOLDER, (placeholder, name: string) => values.get(name.toLowerCase()) ?? placeholder);
}
