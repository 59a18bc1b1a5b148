import { invalidProperty } from '../../core/errors/errors.js';
import { MAX_LENGTH } from '../../core/validation/limits.js';
import { isWellFormedText } from '../../core/validation/well-formed-text.js';
import { MessageTemplate, type RenderedMessage } from '../../messages/message-template.js';
import type { Message } from '../../messages/messages.repository.js';
import type { FieldValues } from '../../messages/placeholders.js';

/**
 * Reads the wanted fields, by name in lower case; null becomes the empty text. Throws `validation_failed` for
 * any field, wanted or not, whose value is neither null nor well-formed text of at most 2,048 characters.
 *
 * @param path where the fields are in the request, as a prefix of the names in the error.
 * @param wanted the names to keep, in lower case.
 */
export function readFieldValues(
  fields: Iterable<readonly [string, unknown]>,
  path: string,
  wanted: ReadonlySet<string>,
): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of fields) {
    if (!isWellFormedText(name)) throw invalidProperty(path, 'must be well-formed Unicode');
    if (!isFieldValue(value)) {
      throw invalidProperty(`${path}.${name}`, `must be null or a text of up to ${MAX_LENGTH.fieldValue} characters`);
    }
    if (wanted.has(name.toLowerCase())) values.set(name.toLowerCase(), value ?? '');
  }
  return values;
}

/**
 * Fills in the message's placeholders. Throws `validation_failed` when the values of `fields` make a link
 * longer than a request may have.
 */
export function renderSendable(message: Message, values: FieldValues): RenderedMessage {
  const rendered = new MessageTemplate(message).render(values);
  if (rendered.isSendable) return rendered;
  throw invalidProperty('fields', `make a link longer than ${MAX_LENGTH.url} characters`);
}

function isFieldValue(value: unknown): value is string | null {
  if (value === null) return true;
  return typeof value === 'string' && value.length <= MAX_LENGTH.fieldValue && isWellFormedText(value);
}
