import { Injectable } from '@nestjs/common';
import { Config } from '../core/config.js';
import { EncryptedIds } from '../security/encrypted-ids.js';

/** Where a browser reports what became of a notification; null where no PUBLIC_URL is configured. */
export interface TrackingLinks {
  readonly clicked: string | null;
  readonly received: string | null;
  /** By action name. */
  readonly actions: Readonly<Record<string, string>> | null;
}

const NO_LINKS: TrackingLinks = { clicked: null, received: null, actions: null };

/** Makes the links that browsers call, with encrypted ids. */
@Injectable()
export class TrackingLinksService {
  constructor(
    private readonly config: Config,
    private readonly ids: EncryptedIds,
  ) {}

  /** For a message, a function that makes the links of each contact. */
  ofMessage(messageId: string, actionNames: readonly string[]): (contactId: string) => TrackingLinks {
    const { publicUrl } = this.config;
    if (publicUrl === undefined) return () => NO_LINKS;
    const encryptedMessageId = this.ids.encrypt(messageId);
    const actions = actionNames.map((name) => [name, encodeURIComponent(name)] as const);
    return (contactId) => {
      const base = `${publicUrl}/push-contacts/${this.ids.encrypt(contactId)}/messages/${encryptedMessageId}`;
      return {
        clicked: `${base}/clicked`,
        received: `${base}/received`,
        actions: Object.fromEntries(actions.map(([name, encoded]) => [name, `${base}/actionClick/${encoded}`])),
      };
    };
  }
}
