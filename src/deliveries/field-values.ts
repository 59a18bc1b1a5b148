import { invalidProperty } from '../core/errors.js';
import { MAX_LENGTH } from '../core/limits.js';

/**
 * The texts of the wanted fields by name in lower case; null is the empty text. Throws `validation_failed` for a value
 * that is neither null nor a text of at most 2,048 characters.
 */
export function readFieldValues(
  fields: Readonly<Record<string, unknown>>,
  path: string,
  wanted: ReadonlySet<string>,
): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(fields)) {
    if ((typeof value !== 'string' && value !== null) || (value?.length ?? 0) > MAX_LENGTH.fieldValue) {
      throw invalidProperty(`${path}.${name}`, `must be null or a text of up to ${MAX_LENGTH.fieldValue} characters`);
    }
    if (wanted.has(name.toLowerCase())) values.set(name.toLowerCase(), value ?? '');
  }
  return values;
}
