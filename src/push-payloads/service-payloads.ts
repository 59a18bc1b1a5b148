import { matchesHost } from '../push-services/push-service-host.js';
import { DeclarativeFormat } from './declarative-format.js';
import type { NotificationContent } from './notification-content.js';
import { NotificationPayload } from './notification-payload.js';

const APPLE = '*.push.apple.com';

export type Payload = Pick<NotificationPayload, 'jsonFor'>;

/** The payloads of one call: Safari's is declarative, all others' are the worker's. */
export class ServicePayloads {
  private readonly classic: NotificationPayload;

  constructor(private readonly content: NotificationContent) {
    this.classic = new NotificationPayload(content);
  }

  /** Safari gets what others get where a message cannot be declared, or does not fit with what that adds. */
  for(service: URL): Payload {
    if (!matchesHost(APPLE, service)) return this.classic;
    const declarative = new NotificationPayload(this.content, new DeclarativeFormat(this.content));
    return {
      jsonFor: (extraData, maxBytes) =>
        declarative.jsonFor(extraData, maxBytes) ?? this.classic.jsonFor(extraData, maxBytes),
    };
  }
}
