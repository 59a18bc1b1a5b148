import { PUSH_SERVICE_RULES } from '../services/push-services.js';
import type { PushServiceName } from '../service-names.js';
import type { SimulatorState } from '../state.js';
import { ANY_KEY, type Behaviour, hashKey, hashSite } from '../subscriptions/endpoint-tokens.js';
import { deriveSubscriptionKeys } from '../subscriptions/subscription-keys.js';

/** Which subscriptions to make; the same order makes the same ones. */
export interface SubscriptionOrder {
  readonly service: PushServiceName;
  /** The number of the first one. */
  readonly first: number;
  readonly behaviour: Behaviour;
  readonly site: string;
  /** The VAPID public key that may send, in base64url; undefined allows every key. */
  readonly applicationServerKey: string | undefined;
  /** Where the endpoints are: at the vendor's origin, or at the simulator's own. */
  readonly origin: string | undefined;
}

/** A subscription in the form of `PushSubscription.toJSON()` (W3C Push API). */
export interface SubscriptionJson {
  readonly endpoint: string;
  readonly expirationTime: null;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** Makes the subscription with the number `first + offset`. */
export function createSubscription(state: SimulatorState, order: SubscriptionOrder, offset: number): SubscriptionJson {
  const { service, behaviour, applicationServerKey } = order;
  const rules = PUSH_SERVICE_RULES[service];
  const index = order.first + offset;
  const keyHash = applicationServerKey === undefined ? ANY_KEY : hashKey(applicationServerKey);
  const token = state.tokens.create(service, { index, behaviour, site: hashSite(order.site), keyHash });
  const { keys, auth } = deriveSubscriptionKeys(state.seed, service, index);
  return {
    endpoint: `${order.origin ?? rules.origin}${rules.toPath(token)}`,
    expirationTime: null,
    keys: { p256dh: keys.getPublicKey('base64url'), auth: auth.toString('base64url') },
  };
}
