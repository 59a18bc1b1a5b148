import { Logger } from '@nestjs/common';
import type { VapidRing } from './vapid-ring.js';
import type { WebPushCall } from './web-push-transport.js';

/** Keys that are warned of; callers may send any. */
const MAX_KEYS = 100;

/** As much of a key as tells it from others. */
const SHOWN_CHARACTERS = 16;

/** Warns of subscriptions that belong to a VAPID key which this process does not have, once for each key. */
export class UnknownKeyLog {
  private readonly logger = new Logger('PushApi');
  private readonly warned = new Set<string>();

  constructor(private readonly ring: VapidRing) {}

  observe(recipients: WebPushCall['recipients']): void {
    for (const { subscription } of recipients) {
      const { vapidPublicKey: key } = subscription;
      if (this.ring.find(key) === undefined) this.warn(this.ring.toKey(key));
    }
  }

  private warn(key: string): void {
    if (this.warned.has(key) || this.warned.size >= MAX_KEYS) return;
    this.warned.add(key);
    this.logger.warn(
      `Subscriptions of the VAPID key ${key.slice(0, SHOWN_CHARACTERS)}… get nothing: its pair is neither in VAPID_KEYS_DIR nor in ` +
        'VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY of this process',
    );
  }
}
