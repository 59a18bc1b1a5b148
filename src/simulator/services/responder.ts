import { setTimeout as delay } from 'node:timers/promises';
import type { Counters } from '../counters.js';
import { drawLatencyMs } from '../latency.js';
import type { ServiceSettings } from '../settings.js';
import type { Exchange } from '../transport/exchange.js';
import type { ServiceResponse } from './service-response.js';

/** What happens to a request: a response, or none. */
export type Reaction =
  | ServiceResponse
  /** Never responded to. */
  | 'hang'
  /** Not processed: the client may repeat it (RFC 9113, section 8.7). */
  | 'refuse'
  /** Broken after it may have been processed. */
  | 'break'
  /** A status with a body that has no end. */
  | { readonly endless: number };

/**
 * Carries a reaction out after the service's latency, and counts it. Resolves with whether there was a
 * response, and its client still there.
 */
export async function react(
  exchange: Exchange,
  reaction: Reaction,
  settings: ServiceSettings,
  counters: Counters,
): Promise<boolean> {
  const latencyMs = drawLatencyMs(settings);
  if (latencyMs > 0) await delay(latencyMs);
  if (reaction === 'hang') {
    counters.countResponse('hang');
    return false;
  }
  if (reaction === 'refuse' || reaction === 'break') {
    counters.countResponse('reset');
    exchange.reset(reaction === 'refuse');
    return false;
  }
  const hasReached = !exchange.isGone;
  if ('endless' in reaction) {
    counters.countResponse(reaction.endless);
    exchange.respondEndlessly(reaction.endless);
    return hasReached;
  }
  counters.countResponse(reaction.status);
  exchange.respond(reaction.status, reaction.headers ?? {}, reaction.body ?? '');
  return hasReached;
}

/** What an outage or a reset of the settings does to a request; undefined when nothing does. */
export function drawDisturbance(
  settings: ServiceSettings,
  responses: { readonly unavailable: ServiceResponse; readonly error: ServiceResponse },
): Reaction | undefined {
  const { outage, outageShare, resetShare, resetAfterAccepting } = settings;
  if (outage !== 'none' && Math.random() < outageShare) {
    if (outage === 'hang') return 'hang';
    return outage === 'reset' ? 'break' : responses[outage];
  }
  return !resetAfterAccepting && resetShare > 0 && Math.random() < resetShare ? 'refuse' : undefined;
}

/** Whether the response to an accepted message is lost. */
export function losesResponse({ resetShare, resetAfterAccepting }: ServiceSettings): boolean {
  return resetAfterAccepting && resetShare > 0 && Math.random() < resetShare;
}
