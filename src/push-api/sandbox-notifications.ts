import { Injectable } from '@nestjs/common';
import type { Delivery } from './delivery.js';

const KEPT = 100;

/** What the sandbox would have sent. */
export interface SandboxNotification {
  readonly at: Date;
  readonly channel: 'webPush' | 'firebase';
  /** The subscription's endpoint, or the device token. */
  readonly recipient: string;
  readonly isSuccess: boolean;
  /** The code it was refused with. */
  readonly code: number | null;
  /** What the browser, or Firebase, would have got. */
  readonly content: unknown;
  /** TTL, Urgency and Topic. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Remembers the last notifications that were sent to nobody, in this process alone. */
@Injectable()
export class SandboxNotifications {
  private readonly notifications: SandboxNotification[] = [];

  add(
    notification: Pick<SandboxNotification, 'channel' | 'recipient' | 'content' | 'headers'>,
    outcome: Delivery,
  ): void {
    const isSuccess = outcome.kind === 'accepted';
    const code = outcome.kind === 'accepted' ? null : outcome.code;
    this.notifications.push({ at: new Date(), ...notification, isSuccess, code });
    if (this.notifications.length > KEPT) this.notifications.shift();
  }

  /** The newest first. */
  latest(): SandboxNotification[] {
    return this.notifications.toReversed();
  }
}
