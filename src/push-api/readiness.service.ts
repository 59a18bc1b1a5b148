import { Injectable } from '@nestjs/common';
import { AppError } from '../core/errors/errors.js';
import { DeviceTokenSender } from './device-token-sender.js';
import type { SenderState } from './sender-state.js';
import { WebPushTransport } from './web-push-transport.js';

/** So long a result is kept, since anybody may ask and Google is asked for it. */
const KEEP_MS = 5_000;

export interface ReadinessResponse {
  readonly status: 'ok';
  readonly dependencies: { readonly webPush: SenderState; readonly firebase: SenderState };
}

/**
 * Whether this PushApi can send as it is configured. The keys of Web Push were checked at the start, and each
 * push service is a world of its own; Firebase needs an access token, which Google gives for an hour.
 */
@Injectable()
export class ReadinessService {
  private kept: Promise<string | undefined> | undefined;
  private keptAtMs = 0;

  constructor(
    private readonly webPush: WebPushTransport,
    private readonly firebase: DeviceTokenSender,
  ) {}

  /** Throws `not_ready`, with state and reason, when Firebase is configured and gives no access token. */
  async assertReady(): Promise<ReadinessResponse> {
    const reason = await this.findFirebaseFault();
    const { state: webPush } = this.webPush;
    if (reason === undefined) return { status: 'ok', dependencies: { webPush, firebase: this.firebase.state } };
    throw new AppError('not_ready', 'Not serving: firebase.', {
      extensions: { dependencies: { webPush, firebase: 'down' }, reasons: { firebase: reason } },
    });
  }

  private findFirebaseFault(): Promise<string | undefined> {
    if (this.kept === undefined || performance.now() - this.keptAtMs > KEEP_MS) {
      this.kept = this.firebase.findFault();
      this.keptAtMs = performance.now();
    }
    return this.kept;
  }
}
