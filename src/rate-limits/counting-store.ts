import type { FastifyRateLimitStore as Store } from '@fastify/rate-limit';
import type { RateCounters } from './rate-counters.js';

/**
 * Returns the store of @fastify/rate-limit (its README, "Custom Store") that counts by `counters`. The limits
 * share it, and tell themselves apart by their keys. What is not counted has no time to live.
 */
export function countingStore(counters: RateCounters): new () => Store {
  return class CountingStore implements Store {
    incr(...[key, callback, windowMs]: Parameters<Store['incr']>): void {
      void counters.countRequest(key, windowMs).then((counted) => {
        callback(null, { current: counted?.count ?? 0, ttl: counted?.remainingMs ?? 0 });
      });
    }

    child(): Store {
      return this;
    }
  };
}
