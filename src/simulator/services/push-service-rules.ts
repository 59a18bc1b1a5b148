import type { IncomingHttpHeaders } from 'node:http';
import type { SenderFault } from '../subscriptions/vapid-sender.js';
import type { ServiceResponse } from './service-response.js';

/** Why a push service refuses a message: a sender's mistake, or what the settings say. */
export type Refusal =
  | SenderFault
  | 'no-endpoint'
  | 'gone'
  | 'bad-method'
  | 'wrong-key'
  | 'no-ttl'
  | 'bad-ttl'
  | 'bad-urgency'
  | 'bad-topic'
  | 'bad-encryption'
  | 'bad-cache-policy'
  | 'too-large'
  | 'rate-limited'
  | 'error'
  | 'unavailable';

/** What distinguishes one push service: its addresses, its responses and its additional checks. */
export interface PushServiceRules {
  /** Where its endpoints are. */
  readonly origin: string;
  toPath(token: string): string;
  /** The token of an endpoint's path and query; undefined for a path that is no endpoint of this service. */
  readToken(path: string): string | undefined;
  /** The response to an accepted message; `id` is a new one. */
  accept(id: string): ServiceResponse;
  readonly refusals: Readonly<Record<Refusal, ServiceResponse>>;
  /** Checks headers that only this service knows. */
  checkHeaders?(headers: IncomingHttpHeaders): Refusal | undefined;
}
