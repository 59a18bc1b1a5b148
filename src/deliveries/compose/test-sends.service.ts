import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { invalidProperty } from '../../core/errors/errors.js';
import { findUnknownProperties } from '../../core/validation/unknown-properties.js';
import { wantedFields } from '../../messages/message-template.js';
import { MessagesService } from '../../messages/messages.service.js';
import { warnOfProperties } from '../../messages/property-warnings.js';
import type { WarningResponse } from '../../messages/warnings.dto.js';
import type { Notification } from '../../push-api-client/notification.js';
import { PushApiClient, type TestResult, type TestTarget } from '../../push-api-client/push-api.client.js';
import { type Recipient, RecipientsReader } from '../../push-contacts/recipients.reader.js';
import { readFieldValues, renderSendable } from '../plan/field-values.js';
import { redact } from './redacted-text.js';
import type { TestSendRequest, TestSendResponse } from './test-sends.dto.js';

/** A test is no message that could be received or clicked, so nothing would count its links. */
const NO_TRACKING: Extract<TestTarget, { by: 'subscription' }>['subscription']['tracking'] = {
  clicked: null,
  received: null,
  actions: null,
};

/** Sends a message to one contact as a test. */
@Injectable()
export class TestSendsService {
  constructor(
    private readonly messages: MessagesService,
    private readonly recipients: RecipientsReader,
    private readonly pushApi: PushApiClient,
  ) {}

  /**
   * Sends at once, and resolves with what the push service has answered. It is asked once; again with 2,048
   * bytes where it has answered 413 (`PushServiceSender`). Stores nothing: no message,
   * event or counter has it, and a contact that is gone is not pruned. Throws `validation_failed` for what a
   * send would refuse, and for a contact that the domain does not have.
   */
  async send(domain: string, request: TestSendRequest): Promise<TestSendResponse> {
    const message = this.messages.build(domain, request.message);
    const values = readFieldValues(request.fields ?? new Map(), 'fields', wantedFields(message));
    const { title, body, links } = renderSendable(message, values);
    const notification: Notification = { ...message, title, body, ...links, openFields: null };
    // The last question before the call: who has left until then gets nothing.
    const contact = await this.find(domain, request);
    const warnings = warnOfProperties(findUnknownProperties(request));
    const tested = await this.pushApi.sendTest(toTarget(contact), notification, randomUUID());
    return toResponse(contact, tested, warnings);
  }

  private async find(domain: string, { contactId, deviceToken }: TestSendRequest): Promise<Recipient> {
    if (Boolean(contactId) === Boolean(deviceToken)) {
      throw invalidProperty('contactId', 'or deviceToken must be given, and not both');
    }
    const found = contactId
      ? (await this.recipients.findByIds(domain, [contactId]))[0]
      : await this.recipients.findByDeviceToken(domain, deviceToken ?? '');
    if (found !== undefined) return found;
    throw invalidProperty(contactId ? 'contactId' : 'deviceToken', 'is of no active contact of the domain');
  }
}

function toTarget({ deviceToken, subscription }: Recipient): TestTarget {
  if (subscription === null) return { by: 'device-token', deviceToken };
  const { endpoint, p256dh, auth, vapid_public_key: vapidPublicKey } = subscription;
  return { by: 'subscription', subscription: { endpoint, p256dh, auth, vapidPublicKey, tracking: NO_TRACKING } };
}

function toResponse(
  contact: Recipient,
  { result, answer, pushService, callMs }: TestResult,
  warnings: WarningResponse[],
): TestSendResponse {
  const isAccepted = result.kind === 'delivered';
  const { deviceToken, visitorGuid, subscription } = contact;
  const { endpoint = '', p256dh = '', auth = '' } = subscription ?? {};
  const said = answer.body ?? (isAccepted ? null : result.message);
  return {
    accepted: isAccepted,
    pushService,
    reason: isAccepted ? null : result.reason.code,
    status: answer.status,
    body: said === null ? null : redact(said, [endpoint, p256dh, auth, deviceToken, visitorGuid ?? '']),
    retryAfter: answer.retryAfter,
    durationMs: answer.durationMs ?? callMs,
    ...(warnings.length > 0 && { warnings }),
  };
}
