import { Injectable } from '@nestjs/common';
import pMap from 'p-map';
import { Config } from '../core/config.js';
import { TrackingLinksService } from '../events/tracking-links.service.js';
import type { Message } from '../messages/messages.repository.js';
import type { Notification, TargetSubscription } from '../push-api-client/notification.js';
import { PushApiClient } from '../push-api-client/push-api.client.js';
import type { SendResult } from '../push-api-client/send-result.js';
import type { ContactToReach } from '../push-contacts/push-contacts.repository.js';
import { type Call, divideIntoCalls } from './calls.js';
import type { Outcome } from './outcome.js';
import { PushServiceBrakesService } from './push-service-brakes.service.js';
import type { Recipient } from './recipients.service.js';

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
    recipients: readonly Recipient[],
    limits: SendLimits,
    onOutcomes: (outcomes: readonly ContactOutcome[]) => Promise<void>,
  ): Promise<void> {
    if (limits.cancelled.aborted) return;
    const brakeOf = await this.brakes.find();
    const braked = recipients.flatMap(({ contact }): ContactOutcome[] => {
      const until = brakeOf(contact);
      return until === undefined ? [] : [[contact, { kind: 'braked', untilMs: until.getTime() }]];
    });
    await onOutcomes(braked);
    const free = braked.length === 0 ? recipients : recipients.filter(({ contact }) => !brakeOf(contact));
    const calls = divideIntoCalls(message, free, this.config.pushApi.tokensLimit);
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
    { by, contacts, title, body }: Call,
    message: Message,
    { expiresAt, cancelled }: SendLimits,
    linksOf: (contactId: string) => TargetSubscription['tracking'],
  ): Promise<ContactOutcome[]> {
    if (cancelled.aborted) return [];
    const timeToLiveMs = expiresAt === null ? null : expiresAt.getTime() - Date.now();
    if (timeToLiveMs !== null && timeToLiveMs <= 0) return contacts.map((contact) => [contact, { kind: 'expired' }]);
    const timeToLiveSeconds = timeToLiveMs === null ? null : Math.ceil(timeToLiveMs / 1_000);
    const notification: Notification = { ...message, title, body, timeToLiveSeconds };
    const keyOf = (contact: ContactToReach): string => contact.subscription?.endpoint ?? contact.deviceToken;
    const results =
      by === 'device-token'
        ? await this.pushApi.sendToDeviceTokens(contacts.map(keyOf), notification)
        : await this.pushApi.sendToSubscriptions(targets(contacts, linksOf), notification);
    const outcomes = contacts.flatMap((contact): [ContactToReach, SendResult][] => {
      const result = results.get(keyOf(contact));
      return result === undefined ? [] : [[contact, result]];
    });
    await this.brakes.learn(outcomes);
    return outcomes;
  }
}

function targets(
  contacts: readonly ContactToReach[],
  linksOf: (contactId: string) => TargetSubscription['tracking'],
): TargetSubscription[] {
  return contacts.flatMap(({ id, subscription }) =>
    subscription === null ? [] : [{ ...subscription, tracking: linksOf(id) }],
  );
}
