/** `[[[name]]]`; the name is of letters, digits, `_`, `.` and `-`. */
const PLACEHOLDER = /\[\[\[([\p{L}\p{N}_.-]+)\]\]\]/gu;

/** Values by placeholder name in lower case. */
export type FieldValues = ReadonlyMap<string, string>;

/** The names of the placeholders in a text, each once, as they are first written. */
export function placeholdersIn(text: string): string[] {
  const names = new Map<string, string>();
  for (const [, name = ''] of text.matchAll(PLACEHOLDER)) {
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  }
  return [...names.values()];
}

/** The names in lower case of the fields that a message has placeholders for. */
export function wantedFields({ title, body }: { readonly title: string; readonly body: string }): Set<string> {
  return new Set([...placeholdersIn(title), ...placeholdersIn(body)].map((name) => name.toLowerCase()));
}

/** The placeholders of a text that `values` has nothing for. */
export function missingIn(text: string, values: FieldValues): string[] {
  return placeholdersIn(text).filter((name) => !values.has(name.toLowerCase()));
}

/** The text with every known placeholder replaced; an unknown one stays as it is. */
export function replacePlaceholders(text: string, values: FieldValues): string {
  return text.replace(PLACEHOLDER, (placeholder, name: string) => values.get(name.toLowerCase()) ?? placeholder);
}
