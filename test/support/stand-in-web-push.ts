import type { SubscriptionOfCall } from './stand-in-push-api.js';

interface Failure {
  readonly messagingErrorCode: number;
  readonly retryAfterSeconds?: number | string;
}

/** Failures by the prefix of the endpoint's last segment, every time. */
const ALWAYS: Readonly<Record<string, Failure>> = {
  '404': { messagingErrorCode: 404 },
  '410': { messagingErrorCode: 410 },
  '401': { messagingErrorCode: 401 },
  '403': { messagingErrorCode: 403 },
  '413': { messagingErrorCode: 413 },
  '429hour': { messagingErrorCode: 429, retryAfterSeconds: 3_600 },
};

/** Failures the first time only; after that the subscription is delivered. */
const ONCE: Readonly<Record<string, Failure>> = {
  '429number': { messagingErrorCode: 429, retryAfterSeconds: 2 },
  '429span': { messagingErrorCode: 429, retryAfterSeconds: '00:00:03' },
  '500': { messagingErrorCode: 500 },
  '503': { messagingErrorCode: 503, retryAfterSeconds: 3 },
};

/**
 * Returns a function that makes the results for a subscription by the last segment of its endpoint.
 * `404-…`, `410-…`, `401-…`, `403-…` and `413-…` always fail with that code, `429hour-…` with 429 and an
 * hour. `429number-…`, `429span-…`, `500-…` and `503-…` fail once. `missing-…` is left out once. `twice-…`
 * has two results, delivered first. Any other is delivered.
 */
export function subscriptionResponder(): (subscription: SubscriptionOfCall) => object[] {
  const seen = new Set<string>();
  return ({ endpoint, p256DH, auth }) => {
    const kind = /\/([^/-]+)-[^/]*$/.exec(endpoint)?.[1] ?? '';
    const isFirst = !seen.has(endpoint);
    seen.add(endpoint);
    const subscription = { endpoint, p256DH, auth };
    const success = { isSuccess: true, subscription, exception: null };
    const fail = (failure: Failure): object => ({
      isSuccess: false,
      subscription,
      exception: { message: `status ${failure.messagingErrorCode}`, ...failure },
    });
    if (kind === 'missing' && isFirst) return [];
    // The stand-in reverses the results, so the success comes first.
    if (kind === 'twice') return [fail({ messagingErrorCode: 410 }), success];
    const failure = ALWAYS[kind] ?? (isFirst ? ONCE[kind] : undefined);
    return [failure === undefined ? success : fail(failure)];
  };
}
