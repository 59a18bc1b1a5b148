import { Injectable } from '@nestjs/common';
import pMap from 'p-map';
import { Config } from '../core/config.js';
import { TrackingLinksService } from '../events/tracking-links.service.js';
import type { Message } from '../messages/messages.repository.js';
import type { Notification, TargetSubscription } from '../push-api-client/notification.js';
import { PushApiClient } from '../push-api-client/push-api.client.js';
import type { SendResult } from '../push-api-client/send-result.js';
import type { ContactToReach } from '../push-contacts/push-contacts.repository.js';
import { type Call, divideIntoCalls, type SubscribedContact } from './calls.js';
import type { Outcome } from './outcome.js';
import { PushServiceBrakesService } from './push-service-brakes.service.js';
import type { ValuesOf } from './recipients.service.js';

/** Calls of one batch that are under way at once. */
const CALLS_AT_ONCE = 8;

export type ContactOutcome = readonly [ContactToReach, Outcome];

/** What ends a sending before all are sent to. */
export interface SendLimits {
  /** After it nothing is sent any more, and the outcome is `expired`. */
  readonly expiresAt: Date | null;
  /** Once aborted nothing is sent any more, and there is no outcome. */
  readonly cancelled: AbortSignal;
}

/** Sends a message to contacts, each by the way it can be reached. */
@Injectable()
export class SendersService {
  constructor(
    private readonly config: Config,
    private readonly pushApi: PushApiClient,
    private readonly links: TrackingLinksService,
    private readonly brakes: PushServiceBrakesService,
  ) {}

  /**
   * Hands `onOutcomes` one outcome for each recipient, call by call as PushApi answers, and ends when it has taken all.
   */
  async send(
    message: Message,
    recipients: readonly ContactToReach[],
    valuesOf: ValuesOf,
    limits: SendLimits,
    onOutcomes: (outcomes: readonly ContactOutcome[]) => Promise<void>,
  ): Promise<void> {
    if (limits.cancelled.aborted) return;
    const brakeOf = await this.brakes.find();
    const free: ContactToReach[] = [];
    const braked: ContactOutcome[] = [];
    for (const contact of recipients) {
      const until = brakeOf(contact);
      if (until === undefined) free.push(contact);
      else braked.push([contact, { kind: 'braked', untilMs: until.getTime() }]);
    }
    await onOutcomes(braked);
    const calls = divideIntoCalls(message, free, valuesOf, this.config.pushApi.tokensLimit);
    const actionNames = message.actions.map(({ action }) => action);
    const linksOf = this.links.ofMessage(message.messageId, actionNames);
    await pMap(
      calls,
      async (call) => {
        await onOutcomes(await this.makeCall(call, message, limits, linksOf));
      },
      { concurrency: CALLS_AT_ONCE },
    );
  }

  private async makeCall(
    call: Call,
    message: Message,
    { expiresAt, cancelled }: SendLimits,
    linksOf: (contactId: string) => TargetSubscription['tracking'],
  ): Promise<ContactOutcome[]> {
    if (cancelled.aborted) return [];
    const { contacts, title, body } = call;
    const timeToLiveMs = expiresAt === null ? null : expiresAt.getTime() - Date.now();
    if (timeToLiveMs !== null && timeToLiveMs <= 0) return contacts.map((contact) => [contact, { kind: 'expired' }]);
    const timeToLiveSeconds = timeToLiveMs === null ? null : Math.ceil(timeToLiveMs / 1_000);
    const notification: Notification = { ...message, title, body, timeToLiveSeconds };
    const results =
      call.by === 'device-token'
        ? await this.pushApi.sendToDeviceTokens(tokens(call.contacts), notification)
        : await this.pushApi.sendToSubscriptions(targets(call.contacts, linksOf), notification);
    const outcomes = pair(contacts, results);
    await this.brakes.learn(outcomes);
    return outcomes;
  }
}

function tokens(contacts: readonly ContactToReach[]): string[] {
  return contacts.map(({ deviceToken }) => deviceToken);
}

function targets(
  contacts: readonly SubscribedContact[],
  linksOf: (contactId: string) => TargetSubscription['tracking'],
): TargetSubscription[] {
  return contacts.map(({ id, subscription: { endpoint, p256dh, auth } }) => ({
    endpoint,
    p256dh,
    auth,
    tracking: linksOf(id),
  }));
}

function pair(contacts: readonly ContactToReach[], results: readonly SendResult[]): [ContactToReach, SendResult][] {
  const pairs: [ContactToReach, SendResult][] = [];
  results.forEach((result, index) => {
    const contact = contacts[index];
    if (contact !== undefined) pairs.push([contact, result]);
  });
  return pairs;
}
