import { databaseNow } from '../../../core/mongo/database-clock.js';
import { FIREBASE, NO_SERVICE, PUSH_API } from '../../../push-api-client/failure-reason.js';
import type { Outcome, RecipientOutcome } from '../../settle/outcome.js';
import type { Observation } from './rate-control.js';
import { domainKey, readPushService } from './throttle-keys.js';

const SERVICE_UNAVAILABLE = 503;
/** Firebase's number of the same (FirebaseAdmin.Messaging.MessagingErrorCode). */
const FIREBASE_UNAVAILABLE = 5;

type Temporary = Extract<Outcome, { kind: 'temporary' }>;

/** The answers of one push service to one key of a domain, in one call. */
export interface Answers {
  readonly service: string;
  readonly accepted: number;
  readonly limited: readonly Temporary[];
  readonly unavailable: readonly Temporary[];
}

interface GrowingAnswers extends Answers {
  accepted: number;
  readonly limited: Temporary[];
  readonly unavailable: Temporary[];
}

/** The answers of a call to recipients of a domain, by the key of what would throttle them. */
export function groupByKey(outcomes: readonly RecipientOutcome[], domain: string): Map<string, Answers> {
  const groups = new Map<string, GrowingAnswers>();
  for (const [contact, outcome] of outcomes) {
    const key = domainKey(contact, domain);
    const group = groups.get(key) ?? { service: readPushService(contact), accepted: 0, limited: [], unavailable: [] };
    groups.set(key, group);
    if (isAccepted(outcome)) group.accepted += 1;
    else if (outcome.kind === 'temporary' && outcome.cause === 'limits') group.limited.push(outcome);
    else if (outcome.kind === 'temporary' && isUnavailable(outcome)) group.unavailable.push(outcome);
  }
  return groups;
}

/** The push service has processed it: what the product or PushApi refuses itself says nothing of it. */
export function isAccepted(outcome: Outcome): boolean {
  if (outcome.kind === 'delivered' || outcome.kind === 'gone') return true;
  return outcome.kind === 'refused' && outcome.reason.service !== PUSH_API && outcome.reason.service !== NO_SERVICE;
}

function isUnavailable({ cause, reason }: Temporary): boolean {
  const status = reason.service === FIREBASE ? FIREBASE_UNAVAILABLE : SERVICE_UNAVAILABLE;
  return cause === 'unavailable' && reason.status === status;
}

/** What a push service answered, with one of its two refusals. */
export function toObservation(answers: Answers, refusal: 'limited' | 'unavailable'): Observation {
  const refused = answers[refusal];
  const askedMs = refused.map(({ retryAfterSeconds }) => (retryAfterSeconds ?? 0) * 1_000);
  return {
    accepted: answers.accepted,
    limited: refused.length,
    askedMs: Math.max(0, ...askedMs),
    nowMs: databaseNow(),
  };
}
