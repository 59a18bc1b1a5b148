import type { Behaviour } from '../subscriptions/endpoint-tokens.js';
import type { PushServiceRules } from './push-service-rules.js';
import type { Reaction } from './responder.js';

/** What `too-many` tells to wait, in seconds, and `too-many-until` as a date. */
const [TOO_MANY_SECONDS, TOO_MANY_UNTIL_MS] = [7, 60_000];

/** The largest body that an endpoint with the behaviour `small` takes (web-push-php, issue 199). */
const SMALL_BYTES = 2_048;

/**
 * How an endpoint with this behaviour reacts to a correct message of `bodyBytes`; undefined when its service
 * accepts the message. A behaviour of device tokens is none of a subscription's.
 */
export function reactionOf(
  behaviour: Behaviour,
  { refusals }: PushServiceRules,
  bodyBytes: number,
): Reaction | undefined {
  switch (behaviour) {
    case 'not-found':
      return refusals['no-endpoint'];
    case 'gone':
    case 'error':
    case 'unavailable':
    case 'too-large':
      return refusals[behaviour];
    case 'small':
      return bodyBytes > SMALL_BYTES ? refusals['too-large'] : undefined;
    case 'too-many':
      return tooMany(refusals, String(TOO_MANY_SECONDS));
    case 'too-many-until':
      return tooMany(refusals, new Date(Date.now() + TOO_MANY_UNTIL_MS).toUTCString());
    case 'redirect':
      return { status: 307, headers: { location: '/internal' } };
    case 'reset':
      return 'break';
    case 'hang':
      return 'hang';
    case 'endless':
    case 'endless-created':
      return { endless: behaviour === 'endless' ? 400 : 201 };
    case 'created':
    case 'third-party':
    case 'argument':
    case 'internal':
    case 'quota':
    case 'sender':
    case 'unregistered':
    case 'disabled':
    case 'no-project':
      return undefined;
  }
}

function tooMany(refusals: PushServiceRules['refusals'], retryAfter: string): Reaction {
  const response = refusals['rate-limited'];
  return { ...response, headers: { ...response.headers, 'retry-after': retryAfter } };
}
