import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../../core/mongo/database-clock.js';
import { pushServicePauses } from '../../../core/process/metrics.js';
import { FIREBASE } from '../../../push-api-client/failure-reason.js';
import type { Outcome, RecipientOutcome } from '../../settle/outcome.js';
import { adaptThrottle, type Observation } from './rate-control.js';
import { domainKey, readPushService, readServiceOfDomainKey } from './throttle-keys.js';
import { PauseLog } from './pause-log.js';
import { ThrottleRepository } from './throttle.repository.js';
import { ThrottlingService } from './throttling.service.js';

const SERVICE_UNAVAILABLE = 503;
/** Firebase's number of the same (FirebaseAdmin.Messaging.MessagingErrorCode). */
const FIREBASE_UNAVAILABLE = 5;

/** A push service that refuses so many domains at once, and accepts none, refuses all. */
const DOMAINS_OF_REFUSAL = 3;

/** After the last acceptance of any domain. */
const REFUSES_ALL_AFTER_MS = 5_000;

type Temporary = Extract<Outcome, { kind: 'temporary' }>;

/** The answers of one push service to one key of a domain, in one call. */
interface Answers {
  readonly service: string;
  readonly accepted: number;
  readonly limited: readonly Temporary[];
  readonly unavailable: readonly Temporary[];
}

/**
 * Learns from the outcomes of calls what push services let through. A limit (429) is the domain's own:
 * Chrome limits the site that it finds disruptive (developer.chrome.com, "Web push rate limits"). Only 503,
 * or the refusal of several domains at once, is the push service's for all.
 */
@Injectable()
export class PushServiceObserver {
  private readonly acceptedMs = new Map<string, number>();

  constructor(
    private readonly throttling: ThrottlingService,
    private readonly repository: ThrottleRepository,
    private readonly log: PauseLog,
  ) {}

  /** Observes the outcomes of a call to recipients of a domain. Repeating it changes nothing that matters. */
  async observe(domain: string, outcomes: readonly RecipientOutcome[]): Promise<void> {
    const throttles = await this.throttling.findAll();
    if (throttles.size === 0 && !outcomes.some(([, outcome]) => outcome.kind === 'temporary')) {
      // Nearly always: the recipients of a call are of few push services, and one stands for them.
      const [accepted] = outcomes.find(([, outcome]) => isAccepted(outcome)) ?? [];
      if (accepted !== undefined) this.acceptedMs.set(readPushService(accepted), databaseNow());
      return;
    }
    for (const [key, answers] of groupByKey(outcomes, domain)) {
      const { service } = answers;
      if (answers.accepted > 0) this.acceptedMs.set(service, databaseNow());
      if (throttles.has(key) || answers.limited.length > 0)
        await this.learn(key, toObservation(answers, 'limited'), true);
      if (throttles.has(service) || answers.unavailable.length > 0) {
        await this.learn(service, toObservation(answers, 'unavailable'), false);
      }
      if (answers.limited.length > 0 && (await this.refusesAll(service))) {
        await this.learn(service, { ...toObservation(answers, 'limited'), accepted: 0 }, false);
      }
    }
  }

  private async learn(key: string, observation: Observation, isPaced: boolean): Promise<void> {
    if (observation.accepted + observation.limited === 0) return;
    const before = await this.repository.find(key);
    const after = adaptThrottle(before?.throttle, observation, isPaced);
    if (after !== undefined && after !== before?.throttle) {
      const isOurs = await this.repository.save(key, before, after, observation.nowMs);
      this.throttling.forget();
      if (isOurs && after.untilMs > observation.nowMs) {
        pushServicePauses.inc({ scope: isPaced ? 'domain' : 'all' });
        this.log.add(key, after.untilMs - observation.nowMs);
      }
    }
    if (after !== undefined && observation.accepted > 0 && after.untilMs <= observation.nowMs)
      await this.repository.addAccepted(key, observation.accepted);
  }

  private async refusesAll(service: string): Promise<boolean> {
    const nowMs = databaseNow();
    if (nowMs - (this.acceptedMs.get(service) ?? 0) < REFUSES_ALL_AFTER_MS) return false;
    const paused = [...(await this.throttling.findAll())].filter(
      ([key, { throttle }]) => readServiceOfDomainKey(key) === service && (throttle?.untilMs ?? 0) > nowMs,
    );
    return paused.length >= DOMAINS_OF_REFUSAL;
  }
}

interface GrowingAnswers extends Answers {
  accepted: number;
  readonly limited: Temporary[];
  readonly unavailable: Temporary[];
}

function groupByKey(outcomes: readonly RecipientOutcome[], domain: string): Map<string, Answers> {
  const groups = new Map<string, GrowingAnswers>();
  for (const [contact, outcome] of outcomes) {
    const key = domainKey(contact, domain);
    const group = groups.get(key) ?? { service: readPushService(contact), accepted: 0, limited: [], unavailable: [] };
    groups.set(key, group);
    if (isAccepted(outcome)) group.accepted += 1;
    else if (outcome.kind === 'temporary' && outcome.cause === 'limits') group.limited.push(outcome);
    else if (outcome.kind === 'temporary' && isUnavailable(outcome)) group.unavailable.push(outcome);
  }
  return groups;
}

/** The push service has processed it. */
function isAccepted({ kind }: Outcome): boolean {
  return kind === 'delivered' || kind === 'gone' || kind === 'refused';
}

function isUnavailable({ cause, reason }: Temporary): boolean {
  const status = reason.service === FIREBASE ? FIREBASE_UNAVAILABLE : SERVICE_UNAVAILABLE;
  return cause === 'unavailable' && reason.status === status;
}

function toObservation(answers: Answers, refusal: 'limited' | 'unavailable'): Observation {
  const refused = answers[refusal];
  const askedMs = refused.map(({ retryAfterSeconds }) => (retryAfterSeconds ?? 0) * 1_000);
  return {
    accepted: answers.accepted,
    limited: refused.length,
    askedMs: Math.max(0, ...askedMs),
    nowMs: databaseNow(),
  };
}
