import type { Urgency } from '../core/validation/urgency.js';

/** Four weeks: the maximum of Firebase (firebase.google.com, "Set the lifespan of a message"). */
export const MAX_TIME_TO_LIVE_SECONDS = 2_419_200;

/** How a push service is to treat a message; without urgency or topic it uses its default. */
export interface DeliveryInstructions {
  readonly timeToLiveSeconds?: number | null;
  readonly urgency?: Urgency | null;
  readonly topic?: string | null;
}

/** Returns the options as Web Push headers (RFC 8030, sections 5.2 to 5.4); TTL is always among them. */
export function deliveryHeaders({ timeToLiveSeconds, urgency, topic }: DeliveryInstructions): Record<string, string> {
  return {
    TTL: String(timeToLiveSeconds ?? MAX_TIME_TO_LIVE_SECONDS),
    ...(urgency && { Urgency: urgency }),
    ...(topic && { Topic: topic }),
  };
}
