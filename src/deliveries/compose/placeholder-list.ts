import { findMissingFields, type MissingFields } from '../../messages/message-template.js';
import type { Message } from '../../messages/messages.repository.js';
import type { FieldValues } from '../../messages/placeholders.js';

const PLACES = ['title', 'body', 'links', 'images'] as const satisfies readonly (keyof MissingFields)[];

/** A placeholder of a message, under its first spelling. */
export interface ListedPlaceholder {
  readonly name: string;
  readonly places: readonly (typeof PLACES)[number][];
  /** Whether the request has an example value; else the placeholder itself is measured. */
  readonly hasValue: boolean;
}

/** Lists the placeholders of a message, each once, in the order of title, body, links and images. */
export function listPlaceholders(message: Message, values: FieldValues): ListedPlaceholder[] {
  const found = findMissingFields(message, new Map());
  const listed = new Map<string, { readonly name: string; readonly places: (typeof PLACES)[number][] }>();
  for (const place of PLACES) {
    for (const name of found[place]) {
      const known = listed.get(name.toLowerCase()) ?? { name, places: [] };
      known.places.push(place);
      listed.set(name.toLowerCase(), known);
    }
  }
  return [...listed].map(([key, { name, places }]) => ({ name, places, hasValue: values.has(key) }));
}
