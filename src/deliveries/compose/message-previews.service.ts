import { Injectable } from '@nestjs/common';
import { findUnknownProperties } from '../../core/validation/unknown-properties.js';
import { TrackingLinksService } from '../../events/tracking-links.service.js';
import { wantedFields } from '../../messages/message-template.js';
import type { Message } from '../../messages/messages.repository.js';
import { MessagesService } from '../../messages/messages.service.js';
import { FIREBASE } from '../../push-api-client/failure-reason.js';
import { type Notification, toDeviceTokensBody, toSubscriptionsBody } from '../../push-api-client/notification.js';
import { type ContentLinks, toContent } from '../../push-payloads/notification-content.js';
import { measureFirebase, measureWebPush } from '../../push-payloads/payload-size.js';
import { VENDOR_HOSTS } from '../../push-services/push-service-host.js';
import { AcceptedSends } from '../accept/accepted-sends.js';
import { readFieldValues, renderSendable } from '../plan/field-values.js';
import type { MessagePreviewRequest, MessagePreviewResponse } from './message-previews.dto.js';
import { listPlaceholders } from './placeholder-list.js';

/** All ids of contacts are as long, and so are their tracking links. */
const ANY_CONTACT = '0'.repeat(24);

/** Says what would be sent of a message, and stores nothing. */
@Injectable()
export class MessagePreviewsService {
  constructor(
    private readonly messages: MessagesService,
    private readonly links: TrackingLinksService,
    private readonly accepted: AcceptedSends,
  ) {}

  /**
   * Resolves with the size of the message for each push service, its placeholders and the warnings that a
   * send would have. Throws `validation_failed` for what a send would refuse.
   */
  async preview(domain: string, request: MessagePreviewRequest): Promise<MessagePreviewResponse> {
    const message = this.messages.build(domain, request);
    const values = readFieldValues(request.fields ?? new Map(), 'fields', wantedFields(message));
    const { title, body, links, linkFields } = renderSendable(message, values);
    const openFields = this.links.encryptFields(message.messageId, linkFields);
    return {
      services: this.measure(message, { ...message, title, body, ...links, openFields }),
      placeholders: listPlaceholders(message, values),
      warnings: await this.accepted.findWarnings({ domain, unknownProperties: findUnknownProperties(request) }),
    };
  }

  private measure(message: Message, notification: Notification): MessagePreviewResponse['services'] {
    const content = toContent(toSubscriptionsBody([], notification));
    const tracking = this.findTracking(message);
    const ofWebPush = VENDOR_HOSTS.map((pattern) => {
      const url = new URL(`https://${pattern.replace('*', 'any')}`);
      return { service: pattern, ...measureWebPush(content, tracking, url) };
    });
    return [...ofWebPush, { service: FIREBASE, ...measureFirebase(toDeviceTokensBody([], notification)) }];
  }

  private findTracking({ messageId, actions }: Message): ContentLinks {
    const names = actions.map(({ action }) => action);
    const { clicked, received, actions: ofActions } = this.links.ofMessage(messageId, names)(ANY_CONTACT);
    const entries = Object.entries(ofActions ?? {}).map(([name, link]) => [name.toLowerCase(), link] as const);
    return {
      clickedEventEndpoint: clicked,
      receivedEventEndpoint: received,
      actionEventEndpoints: new Map<string, unknown>(entries),
    };
  }
}
