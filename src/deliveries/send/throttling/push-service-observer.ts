import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../../core/mongo/database-clock.js';
import { pushServicePauses } from '../../../core/metrics/sending.metrics.js';
import type { RecipientOutcome } from '../../settle/outcome.js';
import { PauseLog } from './pause-log.js';
import { groupByKey, isAccepted, toObservation } from './push-service-answers.js';
import { adaptThrottle, type Observation } from './rate-control.js';
import { readDomainKey, readPushService } from './throttle-keys.js';
import { ThrottleRepository } from './throttle.repository.js';
import { ThrottlingService } from './throttling.service.js';

/** A push service that refuses so many domains at once, and accepts none, refuses all. */
const DOMAINS_OF_REFUSAL = 3;

/** After the last acceptance of any domain. */
const REFUSES_ALL_AFTER_MS = 5_000;

/** Refusals of several domains within this time are at once. */
const AT_ONCE_MS = 30_000;

/**
 * Calls with few recipients of a push service, as those of personal messages, are judged together for so
 * long.
 */
const TALLY_MS = 3_000;
const MAX_TALLIES = 1_000;

/**
 * Learns from the outcomes of calls what push services let through. A limit (429) is the domain's own:
 * Chrome limits the site that it finds disruptive (developer.chrome.com, "Web push rate limits"). Only 503,
 * or the refusal of several domains at once, is the push service's for all.
 */
@Injectable()
export class PushServiceObserver {
  private readonly acceptedMs = new Map<string, number>();
  private readonly tallies = new Map<string, Observation>();

  constructor(
    private readonly throttling: ThrottlingService,
    private readonly repository: ThrottleRepository,
    private readonly log: PauseLog,
  ) {}

  /** Observes the outcomes of a call to recipients of a domain. Repeating it changes nothing that matters. */
  async observe(domain: string, outcomes: readonly RecipientOutcome[]): Promise<void> {
    const throttles = await this.throttling.findAll();
    const isCalm = throttles.size + this.tallies.size === 0;
    if (isCalm && !outcomes.some(([, outcome]) => outcome.kind === 'temporary')) {
      // Nearly always: the recipients of a call are of few push services, and one stands for them.
      const [accepted] = outcomes.find(([, outcome]) => isAccepted(outcome)) ?? [];
      if (accepted !== undefined) this.acceptedMs.set(readPushService(accepted), databaseNow());
      return;
    }
    for (const [key, answers] of groupByKey(outcomes, domain)) {
      const { service } = answers;
      if (answers.accepted > 0) this.acceptedMs.set(service, databaseNow());
      const limits = toObservation(answers, 'limited');
      if (throttles.has(key)) await this.learn(key, limits, true);
      else if (limits.limited > 0 || this.tallies.has(key)) await this.learn(key, this.tally(key, limits), true);
      if (throttles.has(service) || answers.unavailable.length > 0) {
        await this.learn(service, toObservation(answers, 'unavailable'), false);
      }
      // What it asks of one domain says nothing of the others.
      if (limits.limited > 0 && (await this.refusesAll(service))) {
        await this.learn(service, { ...limits, accepted: 0, askedMs: 0 }, false);
      }
    }
  }

  /** Adds to what was answered since the first refusal, at most some seconds ago. */
  private tally(key: string, seen: Observation): Observation {
    const oldestMs = seen.nowMs - TALLY_MS;
    if (this.tallies.size >= MAX_TALLIES) this.tallies.clear();
    const known = this.tallies.get(key);
    if (known === undefined || known.nowMs < oldestMs) {
      if (seen.limited > 0) this.tallies.set(key, seen);
      else this.tallies.delete(key);
      return seen;
    }
    const sum = {
      accepted: known.accepted + seen.accepted,
      limited: known.limited + seen.limited,
      askedMs: Math.max(known.askedMs, seen.askedMs),
    };
    this.tallies.set(key, { ...sum, nowMs: known.nowMs });
    return { ...sum, nowMs: seen.nowMs };
  }

  private async learn(key: string, observation: Observation, isPaced: boolean): Promise<void> {
    if (observation.accepted + observation.limited === 0) return;
    const before = await this.repository.find(key);
    const after = adaptThrottle(before?.throttle, observation, isPaced);
    if (after === undefined) return;
    this.tallies.delete(key);
    if (after !== before?.throttle) {
      const isOurs = await this.repository.save(key, before, after, observation.nowMs);
      this.throttling.forget();
      if (isOurs && after.untilMs > observation.nowMs) {
        pushServicePauses.inc({ scope: isPaced ? 'domain' : 'all' });
        this.log.add(key, after.untilMs - observation.nowMs);
      }
    }
    if (observation.accepted > 0 && after.untilMs <= observation.nowMs) {
      await this.repository.addAccepted(key, observation.accepted);
    }
  }

  private async refusesAll(service: string): Promise<boolean> {
    const nowMs = databaseNow();
    if (nowMs - (this.acceptedMs.get(service) ?? 0) < REFUSES_ALL_AFTER_MS) return false;
    const domains = new Set<string>();
    for (const [key, { throttle }] of await this.throttling.findAll()) {
      const ofDomain = readDomainKey(key);
      const isRecent = throttle !== undefined && throttle.untilMs > nowMs && nowMs - throttle.refusedMs < AT_ONCE_MS;
      if (ofDomain?.service === service && isRecent) domains.add(ofDomain.domain);
    }
    return domains.size >= DOMAINS_OF_REFUSAL;
  }
}
