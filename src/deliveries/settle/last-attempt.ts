import {
  callFailure,
  type FailureReason,
  FIREBASE_LIMIT,
  LIMITED,
  PUSH_API,
  THROTTLED,
} from '../../push-api-client/failure-reason.js';
import type { LostResponse, TemporaryFailure } from '../../push-api-client/send-result.js';
import type { Batch, WaitReason } from '../ledger/batch.js';

/** What a batch knows of earlier attempts. */
export type BatchHistory = Pick<Batch, 'attempt' | 'lostResponses' | 'waitingFor'>;

/** Its push service kept refusing the domain: it was not tried. */
interface KeptOut {
  readonly kind: 'kept-out';
  readonly service: string;
}

const OTHER = { service: null, status: null, code: 'other' } as const;

const UNKNOWN_REASON = callFailure(null, OTHER.code);

/**
 * Returns how the last attempt ended for a contact whose time is over before the next one; undefined where
 * nobody was asked. It is *unknown* once a response was lost, whatever came afterwards.
 *
 * @param pushService the contact's: a batch keeps its reasons for all its contacts together.
 */
export function findLastAttempt(
  { attempt, lostResponses, waitingFor }: BatchHistory,
  pushService: string,
): LostResponse | TemporaryFailure | KeptOut | undefined {
  const { service, status, code } = findReason(waitingFor, pushService) ?? OTHER;
  if (service !== null && code === THROTTLED && lostResponses === 0) return { kind: 'kept-out', service };
  // A rate, or a worker that has ended, has taken the place of the reason.
  const reason = service === null ? UNKNOWN_REASON : { service, status, code };
  if (lostResponses > 0) {
    const message = 'The time to live was over, and a response of PushApi was lost';
    return { kind: 'unknown', message, reason, retryAfterSeconds: undefined };
  }
  if (attempt === 0) return undefined;
  const message = 'The time to live was over before another attempt';
  return { kind: 'temporary', cause: toCause(reason), message, reason, retryAfterSeconds: undefined };
}

/** The reason of the contact's push service or of PushApi, else the most frequent one. */
function findReason(reasons: readonly WaitReason[], pushService: string): WaitReason | undefined {
  return reasons.find(({ service }) => service === pushService || service === PUSH_API) ?? reasons[0];
}

function toCause({ service, code }: FailureReason): TemporaryFailure['cause'] {
  if (service === PUSH_API) return 'call-failed';
  return code === LIMITED || code === FIREBASE_LIMIT ? 'limits' : 'unavailable';
}
