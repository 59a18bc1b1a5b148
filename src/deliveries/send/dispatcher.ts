import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import pMap from 'p-map';
import { databaseNow } from '../../core/mongo/database-clock.js';
import { Config } from '../../core/config/config.js';
import { MAX_LENGTH } from '../../core/validation/limits.js';
import { TrackingLinksService } from '../../events/tracking-links.service.js';
import type { Message } from '../../messages/messages.repository.js';
import type { Notification, TargetSubscription } from '../../push-api-client/notification.js';
import { CONNECTIONS } from '../../push-api-client/push-api-connections.js';
import { LONG_LINK, statusFailure } from '../../push-api-client/failure-reason.js';
import { PushApiClient, TOO_LARGE } from '../../push-api-client/push-api.client.js';
import type { SendResult } from '../../push-api-client/send-result.js';
import type { Recipient } from '../../push-contacts/recipients.reader.js';
import type { StartedBatch } from '../ledger/batch.js';
import { deriveCallId } from './call-id.js';
import type { Lease } from './lease.js';
import { type Call, divideCall, divideIntoCalls, leaveOut, type SubscribedContact } from './push-api-calls.js';
import type { BatchHistory } from '../settle/last-attempt.js';
import type { Outcome, RecipientOutcome } from '../settle/outcome.js';
import { PushServiceObserver } from './throttling/push-service-observer.js';
import { type AskedRate, type Throttleable, ThrottlingService } from './throttling/throttling.service.js';
import type { LeftLookup, ReadPage, ValuesLookup } from './batch-reader.js';

/** Calls of one page that run at once. */
const CALLS_AT_ONCE = 8;

const UNSENT: Outcome = { kind: 'unsent' };

/** Trying again would not make it smaller, and it says nothing of the token or subscription. */
const REFUSED_ALONE: Outcome = {
  kind: 'refused',
  message: 'PushApi refuses a call to this contact alone as too large (413)',
  reason: statusFailure(413),
};

/** Trying again would not change the fields. */
const LINK_TOO_LONG: Outcome = {
  kind: 'refused',
  message: `With the contact's fields, a link is longer than ${MAX_LENGTH.url} characters`,
  reason: LONG_LINK,
};

/** Recipients that are sent to together. */
export interface Page extends ReadPage {
  /** The values of the message's placeholders for a recipient. */
  readonly lookUpValues: ValuesLookup;
  /** The rate that the message or its domain asks for. */
  readonly rate: AskedRate | undefined;
  /** Asked before each call: who has left gets nothing, and there is no outcome. */
  readonly findLeft: LeftLookup;
}

/** What ends a send before all recipients are sent to. */
export interface SendLimits {
  /** Its `expiresAt`: after it nothing is sent any more, and the outcome is `expired`. */
  readonly batch: Pick<StartedBatch, 'deliveryId' | 'expiresAt'> & BatchHistory & Throttleable['batch'];
  /** Asked before each call. Once it is cancelled nothing is sent any more, and there is no outcome. */
  readonly lease: Lease;
  /** Once aborted nothing is sent any more, and the outcome is `unsent`. */
  readonly ending: AbortSignal;
  /** Called right before contacts get another outcome than `unsent`, which is theirs where it is false. */
  readonly claim: (contacts: readonly Recipient[]) => boolean;
}

type OnOutcomes = (outcomes: readonly RecipientOutcome[]) => Promise<void>;

type BuildLinks = (contactId: string) => TargetSubscription['tracking'];

/** What all calls of a page have in common. */
interface PageContext {
  readonly message: Message;
  readonly limits: SendLimits;
  readonly findLeft: (contactIds: readonly string[]) => ReturnType<LeftLookup>;
  readonly buildLinks: BuildLinks;
  readonly onOutcomes: OnOutcomes;
}

/** Sends a message to recipients, by subscription where they have one, else by device token. */
@Injectable()
export class MessageDispatcher {
  /**
   * A call waits here for a connection and not in the pool, so that lease and end are checked when its
   * turn comes.
   */
  private readonly connections = pLimit(CONNECTIONS);

  constructor(
    private readonly config: Config,
    private readonly pushApi: PushApiClient,
    private readonly links: TrackingLinksService,
    private readonly throttling: ThrottlingService,
    private readonly observer: PushServiceObserver,
  ) {}

  /**
   * Passes one outcome for each recipient to `onOutcomes`: first the throttled ones, then call by call as
   * PushApi responds. Resolves when `onOutcomes` has resolved for all of them.
   */
  async send(
    message: Message,
    { recipients, readAt, lookUpValues, findLeft, rate }: Page,
    limits: SendLimits,
    onOutcomes: OnOutcomes,
  ): Promise<void> {
    if (limits.lease.cancelled.aborted) return;
    if (limits.ending.aborted) return onOutcomes(leaveUnsent(recipients));
    // Before the throttles: what has expired takes no place of a rate.
    if (remainingMs(limits.batch) <= 0) {
      return onOutcomes(
        limits.claim(recipients) ? this.expire(limits.batch, message, recipients) : leaveUnsent(recipients),
      );
    }
    const { batch, lease } = limits;
    const { free, throttled } = await lease.persist(() => this.throttling.admit(recipients, { batch, rate }));
    const held = throttled.map(([contact]) => contact);
    await onOutcomes(limits.claim(held) ? throttled : leaveUnsent(held));
    const actionNames = message.actions.map(({ action }) => action);
    const buildLinks = this.links.ofMessage(message.messageId, actionNames);
    const measureLinks = oncePerLength((id) => Buffer.byteLength(JSON.stringify(buildLinks(id))));
    const calls = divideIntoCalls(message, free, lookUpValues, this.config.pushApi.tokensLimit, measureLinks);
    const findLeftOf: PageContext['findLeft'] = (ids) => findLeft(ids, readAt);
    const context = { message, limits, findLeft: findLeftOf, buildLinks, onOutcomes };
    await pMap(calls, (call) => this.sendCall(call, context), { concurrency: CALLS_AT_ONCE });
  }

  private refuseLinks(message: Message, contacts: readonly Recipient[]): RecipientOutcome[] {
    this.pushApi.observeLongLinks(message.messageId, contacts.length);
    return contacts.map((contact) => [contact, LINK_TOO_LONG]);
  }

  private expire(
    { attempt, lostResponses, waitingFor }: BatchHistory,
    { messageId }: Message,
    contacts: readonly Recipient[],
  ): RecipientOutcome[] {
    // Why attempts have failed, these have told.
    if (attempt + lostResponses === 0) this.pushApi.observeExpired(messageId, contacts.length);
    return contacts.map((contact) => [contact, { kind: 'expired', history: { attempt, lostResponses, waitingFor } }]);
  }

  /** Makes a call, in halves as often as PushApi says that it is too large. */
  private async sendCall(call: Call, context: PageContext): Promise<void> {
    const outcomes = await this.connections(() => this.makeCall(call, context));
    if (outcomes === TOO_LARGE) {
      for (const half of divideCall(call)) await this.sendCall(half, context);
      return;
    }
    await context.onOutcomes(outcomes);
    // Afterwards, and persistently: what PushApi has answered must not be lost for a throttle.
    const { lease, batch } = context.limits;
    await lease.persist(() => this.observer.observe(batch.domain, outcomes));
  }

  /**
   * Makes a call for those of its recipients who have not left. To who has, only a call is still made that
   * had begun: nothing else is waited for between this question and the call.
   */
  private async makeCall(planned: Call, context: PageContext): Promise<RecipientOutcome[] | typeof TOO_LARGE> {
    await context.limits.lease.waitUntilHeld();
    const left = await context.findLeft(planned.contacts.map(({ id }) => id));
    const call = left.size === 0 ? planned : leaveOut(planned, left);
    return call.contacts.length === 0 ? [] : this.makeCheckedCall(call, context);
  }

  private async makeCheckedCall(call: Call, context: PageContext): Promise<RecipientOutcome[] | typeof TOO_LARGE> {
    const { message, limits, buildLinks } = context;
    const { batch, lease, ending } = limits;
    const { contacts, content } = call;
    // The question took longer than a lease is trusted: who has left is asked again.
    if (!lease.isTrusted) return this.makeCall(call, context);
    if (lease.cancelled.aborted) return [];
    if (ending.aborted || !limits.claim(contacts)) return leaveUnsent(contacts);
    if (!content.isSendable) return this.refuseLinks(message, contacts);
    const refused = this.throttling.recheck(contacts, batch.domain);
    // Of a call to several push services the others are sent to, and what is refused is told by its answer.
    if (refused.length === contacts.length) return refused;
    const timeToLiveMs = remainingMs(batch);
    if (timeToLiveMs <= 0) return this.expire(batch, message, contacts);
    const timeToLiveSeconds = batch.expiresAt === null ? null : Math.ceil(timeToLiveMs / 1_000);
    const { title, body, links } = content;
    const openFields = hasSafari(contacts) ? this.links.encryptFields(message.messageId, content.linkFields) : null;
    const notification: Notification = { ...message, title, body, ...links, timeToLiveSeconds, openFields };
    const callId = deriveCallId(batch, contacts);
    const results =
      call.by === 'device-token'
        ? await this.pushApi.sendToDeviceTokens(tokens(call.contacts), notification, callId)
        : await this.pushApi.sendToSubscriptions(targets(call.contacts, buildLinks), notification, callId);
    if (results !== TOO_LARGE) return pair(contacts, results, callId);
    return contacts.length > 1 ? TOO_LARGE : contacts.map((contact) => [contact, REFUSED_ALONE]);
  }
}

function leaveUnsent(contacts: readonly Recipient[]): RecipientOutcome[] {
  return contacts.map((contact) => [contact, UNSENT]);
}

/** What remains of the time to live; infinite without one. */
function remainingMs({ expiresAt }: SendLimits['batch']): number {
  return expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt.getTime() - databaseNow();
}

/** Safari opens the links of notifications itself; the built-in PushApi declares them to it. */
function hasSafari(contacts: readonly Recipient[]): boolean {
  return contacts.some(({ subscription }) => subscription?.endpoint.includes('.push.apple.com/') ?? false);
}

/** Links to ids of one length are of one length, and encrypting an id is a large part of a contact's cost. */
function oncePerLength(measure: (id: string) => number): (id: string) => number {
  const bytes = new Map<number, number>();
  return (id) => {
    const measured = bytes.get(id.length) ?? measure(id);
    bytes.set(id.length, measured);
    return measured;
  };
}

function tokens(contacts: readonly Recipient[]): string[] {
  return contacts.map(({ deviceToken }) => deviceToken);
}

function targets(contacts: readonly SubscribedContact[], buildLinks: BuildLinks): TargetSubscription[] {
  return contacts.map(({ id, subscription: { endpoint, p256dh, auth, vapid_public_key: key } }) => ({
    endpoint,
    p256dh,
    auth,
    vapidPublicKey: key,
    tracking: buildLinks(id),
  }));
}

function pair(contacts: readonly Recipient[], results: readonly SendResult[], callId: string): RecipientOutcome[] {
  const pairs: RecipientOutcome[] = [];
  results.forEach((result, index) => {
    const contact = contacts[index];
    if (contact !== undefined) pairs.push([contact, result.kind === 'unknown' ? { ...result, callId } : result]);
  });
  return pairs;
}
