import { Injectable } from '@nestjs/common';
import { findActiveSpan } from '../core/tracing/tracing.js';
import { DeviceTokenSender, toDeviceResponse } from './device-token-sender.js';
import type { DeviceMessageRequest, DeviceMessageResponse } from './push-api.dto.js';
import { RememberedCalls } from './remembered-calls.js';

/** Sends one message to many device tokens at once. */
@Injectable()
export class DeviceMessageService {
  constructor(
    private readonly sender: DeviceTokenSender,
    private readonly calls: RememberedCalls,
  ) {}

  /**
   * Resolves with one item for each token, in the order of the tokens; a failure is an item, not an error.
   * @param key the same for a call that is repeated, which is then sent once.
   */
  async send(request: DeviceMessageRequest, key: string | undefined): Promise<DeviceMessageResponse> {
    const { tokens, notificationTitle: title, notificationBody: body } = request;
    findActiveSpan()?.describe({ 'push_contact.contacts': tokens.length });
    // Firebase's SDK refuses an empty list.
    if (tokens.length === 0) return toDeviceResponse([], []);
    const outcomes = await this.calls.once({ key, title, body, recipients: tokens }, () => this.sender.send(request));
    return toDeviceResponse(tokens, outcomes, request);
  }
}
