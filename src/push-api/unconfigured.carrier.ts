import { Injectable } from '@nestjs/common';
import { type Delivery, refused } from './delivery.js';
import { WebPushCarrier } from './web-push-carrier.js';

/** For an installation that sends through Firebase alone: says so, instead of claiming that something was delivered. */
@Injectable()
export class UnconfiguredCarrier extends WebPushCarrier {
  deliver(): Promise<Delivery> {
    return Promise.resolve(refused(401, 'Web Push is not configured: VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY'));
  }
}
