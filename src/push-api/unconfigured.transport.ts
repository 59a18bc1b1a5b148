import { Injectable } from '@nestjs/common';
import { type SendOutcome, refused } from './send-outcome.js';
import { WebPushTransport } from './web-push-transport.js';

/** For installations with Firebase only: refuses each Web Push message. */
@Injectable()
export class UnconfiguredTransport extends WebPushTransport {
  readonly state = 'unconfigured';

  deliver(): Promise<SendOutcome> {
    return Promise.resolve(refused(401, 'Web Push is not configured: VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY'));
  }
}
