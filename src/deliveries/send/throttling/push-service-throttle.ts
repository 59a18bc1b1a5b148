import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../../core/mongo/database-clock.js';
import type { Recipient } from '../../../push-contacts/recipients.reader.js';
import type { Outcome } from '../../settle/outcome.js';
import { PushServiceThrottleRepository } from './push-service-throttle.repository.js';

/** Pauses are read from MongoDB at most this often. */
const REMEMBERED_MS = 1_000;

/** The pause when the push service sends no Retry-After. */
const DEFAULT_PAUSE_MS = 5_000;

/**
 * A longer Retry-After applies only to the refused contact. The service as a whole is tried again earlier.
 */
const LONGEST_PAUSE_MS = 60_000;

/**
 * Limited contacts in one call from which on the whole service counts as limited. Push services also limit
 * single subscriptions, and a send to one visitor must not pause all others: fewer contacts only wait for
 * their own Retry-After. A service that is over its limits refuses the larger calls of the next broadcast
 * soon.
 */
const MIN_LIMITED = 5;

/** The push service of all device tokens. */
const FIREBASE = 'firebase';

/**
 * Pauses push services that refuse sends because of their limits. Pauses are in MongoDB, so all workers keep
 * them.
 */
@Injectable()
export class PushServiceThrottle {
  private remembered: ReadonlyMap<string, Date> = new Map();
  private readAt = 0;

  constructor(private readonly repository: PushServiceThrottleRepository) {}

  /**
   * Resolves with a function that returns until when a contact's push service is paused, or undefined when it
   * is not. The pauses are up to 1 s old.
   */
  async findPauses(): Promise<(contact: Recipient) => Date | undefined> {
    const now = databaseNow();
    if (now - this.readAt >= REMEMBERED_MS) {
      this.readAt = now;
      this.remembered = await this.repository.findAfter(new Date(now));
    }
    const current = this.remembered;
    if (current.size === 0) return () => undefined;
    return (contact) => {
      const until = current.get(toPushService(contact));
      return until !== undefined && until.getTime() > now ? until : undefined;
    };
  }

  /**
   * Pauses each push service that refused half of a call or more, and not just a few, because of its
   * limits.
   */
  async observe(results: readonly (readonly [Recipient, Outcome])[]): Promise<void> {
    if (!results.some(([, result]) => isLimited(result))) return;
    const services = new Map<string, Outcome[]>();
    for (const [contact, result] of results) {
      const service = toPushService(contact);
      const ofService = services.get(service);
      if (ofService) ofService.push(result);
      else services.set(service, [result]);
    }
    for (const [service, ofService] of services) {
      const limited = ofService.filter(isLimited);
      if (limited.length < MIN_LIMITED || limited.length * 2 < ofService.length) continue;
      const asked = limited.map(({ retryAfterSeconds }) => (retryAfterSeconds ?? 0) * 1_000 || DEFAULT_PAUSE_MS);
      const pause = Math.min(Math.max(...asked), LONGEST_PAUSE_MS);
      await this.repository.pause(service, new Date(databaseNow() + pause));
      this.readAt = 0;
    }
  }
}

function isLimited(result: Outcome): result is Extract<Outcome, { kind: 'temporary' }> {
  return result.kind === 'temporary' && result.cause === 'limits';
}

function toPushService({ subscription }: Recipient): string {
  if (subscription === null) return FIREBASE;
  const { endpoint } = subscription;
  return URL.canParse(endpoint) ? new URL(endpoint).host : endpoint;
}
