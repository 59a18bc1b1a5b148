import { Injectable } from '@nestjs/common';
import type { SendOutcome } from './send-outcome.js';

const KEPT = 100;

/** A notification that a real sender would have sent. */
export interface SandboxNotification {
  readonly at: Date;
  readonly channel: 'webPush' | 'firebase';
  /** The subscription's endpoint, or the device token. */
  readonly recipient: string;
  readonly isSuccess: boolean;
  /** The code of the refusal; null when it was accepted. */
  readonly code: number | null;
  /** The browser's payload, null when it was too large; or the message for Firebase. */
  readonly content: unknown;
  /** TTL, Urgency and Topic. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Keeps the last 100 notifications of the sandbox, in the memory of this process. */
@Injectable()
export class SandboxNotifications {
  private readonly notifications: SandboxNotification[] = [];

  add(
    notification: Pick<SandboxNotification, 'channel' | 'recipient' | 'content' | 'headers'>,
    outcome: SendOutcome,
  ): void {
    const isSuccess = outcome.kind === 'accepted';
    const code = outcome.kind === 'accepted' ? null : outcome.code;
    this.notifications.push({ at: new Date(), ...notification, isSuccess, code });
    if (this.notifications.length > KEPT) this.notifications.shift();
  }

  /** Returns the kept notifications, newest first. */
  latest(): SandboxNotification[] {
    return this.notifications.toReversed();
  }
}
