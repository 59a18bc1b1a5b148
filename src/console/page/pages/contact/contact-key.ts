export const KEY_NAMES = ['email', 'visitorGuid', 'deviceToken'] as const;

/** What contacts are searched by: one of three, with its value. */
export interface ContactKey {
  readonly name: (typeof KEY_NAMES)[number];
  readonly value: string;
}

/** Reads a text of a form, without the spaces around it. */
export function readText(form: HTMLFormElement, name: string): string {
  const given = new FormData(form).get(name);
  return typeof given === 'string' ? given.trim() : '';
}

/** As parameters of the API. */
export function toQuery({ name, value }: ContactKey): Partial<Record<ContactKey['name'], string>> {
  return { [name]: value };
}
