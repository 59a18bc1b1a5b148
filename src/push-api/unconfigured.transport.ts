import { Injectable } from '@nestjs/common';
import { type SendOutcome, refused } from './send-outcome.js';
import { type WebPushCall, WebPushTransport } from './web-push-transport.js';

/** For installations with Firebase only: refuses each Web Push message. */
@Injectable()
export class UnconfiguredTransport extends WebPushTransport {
  readonly state = 'unconfigured';

  send({ recipients }: WebPushCall): Promise<SendOutcome[]> {
    const refusal = refused(401, 'Web Push is not configured: VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY');
    return Promise.resolve(recipients.map(() => refusal));
  }
}
