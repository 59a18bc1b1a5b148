import { Injectable } from '@nestjs/common';
import type { SendResult } from '../push-api-client/send-result.js';
import type { ContactToReach } from '../push-contacts/push-contacts.repository.js';
import { PushServiceBrakesRepository } from './push-service-brakes.repository.js';

/** Brakes are read from MongoDB at most this often. */
const REMEMBERED_MS = 1_000;

/** Where a push service names no pause. */
const DEFAULT_PAUSE_MS = 5_000;

/** A longer pause is for the contact that was refused; the service as a whole is asked again earlier. */
const LONGEST_PAUSE_MS = 60_000;

/**
 * Refused contacts of one call from which on it is the service that gets too much. Fewer tell of themselves alone, since
 * push services also limit a single subscription: a send to one visitor must not hold everybody up. They wait for their
 * own Retry-After; a service that is over its limits refuses the larger calls of the next broadcast soon enough.
 */
const MIN_LIMITED = 5;

/** Device tokens all go to Firebase. */
const FIREBASE = 'firebase';

/** Lets all workers slow down together for a push service that says that it gets too much. */
@Injectable()
export class PushServiceBrakesService {
  private remembered: ReadonlyMap<string, Date> = new Map();
  private readAt = 0;

  constructor(private readonly brakes: PushServiceBrakesRepository) {}

  /** Until when the push service of each contact is not to be asked; undefined for one without a brake. */
  async find(): Promise<(contact: ContactToReach) => Date | undefined> {
    const now = Date.now();
    if (now - this.readAt >= REMEMBERED_MS) {
      this.readAt = now;
      this.remembered = await this.brakes.findAfter(new Date(now));
    }
    const current = this.remembered;
    if (current.size === 0) return () => undefined;
    return (contact) => {
      const until = current.get(pushServiceOf(contact));
      return until !== undefined && until.getTime() > now ? until : undefined;
    };
  }

  /** Puts the brake on for each push service that refused half of a call or more, and not just a few, because of its limits. */
  async learn(results: readonly (readonly [ContactToReach, SendResult])[]): Promise<void> {
    if (!results.some(([, result]) => isLimited(result))) return;
    const services = new Map<string, SendResult[]>();
    for (const [contact, result] of results) {
      const service = pushServiceOf(contact);
      const ofService = services.get(service);
      if (ofService) ofService.push(result);
      else services.set(service, [result]);
    }
    for (const [service, ofService] of services) {
      const limited = ofService.filter(isLimited);
      if (limited.length < MIN_LIMITED || limited.length * 2 < ofService.length) continue;
      const asked = limited.map(({ retryAfterSeconds }) => (retryAfterSeconds ?? 0) * 1_000 || DEFAULT_PAUSE_MS);
      const pause = Math.min(Math.max(...asked), LONGEST_PAUSE_MS);
      await this.brakes.raise(service, new Date(Date.now() + pause));
      this.readAt = 0;
    }
  }
}

function isLimited(result: SendResult): result is Extract<SendResult, { kind: 'temporary' }> {
  return result.kind === 'temporary' && result.cause === 'limits';
}

function pushServiceOf({ subscription }: ContactToReach): string {
  if (subscription === null) return FIREBASE;
  const { endpoint } = subscription;
  return URL.canParse(endpoint) ? new URL(endpoint).host : endpoint;
}
