import { invalidProperties } from '../core/errors/errors.js';
import type { ContactKey } from '../push-contacts/stored-contacts.reader.js';
import type { ContactKeyQuery } from './diagnosis.dto.js';

const NAMES = ['deviceToken', 'visitorGuid', 'email'] as const;

/** Reads what contacts are searched by. Throws `validation_failed` unless exactly one is given. */
export function readContactKey({ deviceToken, visitorGuid, email }: ContactKeyQuery): ContactKey {
  const keys: ContactKey[] = [
    ...(isGiven(deviceToken) ? [{ deviceToken }] : []),
    ...(isGiven(visitorGuid) ? [{ visitorGuid }] : []),
    ...(isGiven(email) ? [{ email }] : []),
  ];
  const [key] = keys;
  if (key !== undefined && keys.length === 1) return key;
  const message = ['must be given, or one of the two others, and no two of them'];
  throw invalidProperties(new Map(NAMES.map((name) => [name, message])));
}

function isGiven(text: string | null | undefined): text is string {
  return typeof text === 'string' && text.trim() !== '';
}
