import { isRecord } from '../core/validation/is-record.js';
import { type ResponseItem, readItems } from './response-items.js';

/** What a push service or Firebase has answered itself, as far as PushApi tells it. */
export interface ServiceAnswer {
  /** The HTTP status. */
  readonly status: number | null;
  readonly body: string | null;
  /** As the service wrote it. */
  readonly retryAfter: string | null;
  /** Undefined where PushApi has not measured it. */
  readonly durationMs: number | undefined;
}

const NOTHING: ServiceAnswer = { status: null, body: null, retryAfter: null, durationMs: undefined };

/**
 * Returns what the service has answered of the one recipient of a call, from the body of PushApi's response.
 * A PushApi that does not know `withServiceResponse`, as Doppler's, tells in its exception what it knows:
 * of Web Push the status, of Firebase a number of its own, which is no status.
 */
export function readServiceAnswer(response: unknown, path: '/message' | '/webpush'): ServiceAnswer {
  const [item = {}] = readItems(response) as (ResponseItem & { readonly serviceResponse?: unknown })[];
  const { serviceResponse: told, exception } = item;
  if (isRecord(told)) {
    return {
      status: toNumber(told.status) ?? null,
      body: toText(told.body),
      retryAfter: toText(told.retryAfter),
      durationMs: toNumber(told.durationMs),
    };
  }
  if (!exception) return NOTHING;
  // Its code is then PushApi's own: the push service was not asked, or did not answer.
  if (told === null) return { ...NOTHING, body: toText(exception.message) };
  const status = path === '/webpush' ? (toNumber(exception.messagingErrorCode) ?? null) : null;
  return { ...NOTHING, status, body: toText(exception.message), retryAfter: toText(exception.retryAfterSeconds) };
}

function toNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

function toText(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : null;
}
