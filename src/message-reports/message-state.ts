import type { MessageState } from '../deliveries/ledger/message-states.reader.js';
import type { DomainMessageResponse } from './message-list.dto.js';

/**
 * The state of a message. Sends to single visitors are removed a week after their end: a message without a
 * delivery that was sent is done.
 */
export function toMessageState(
  state: MessageState,
  { sent }: { readonly sent: number },
): DomainMessageResponse['state'] {
  return state ?? (sent > 0 ? 'done' : 'stored');
}
