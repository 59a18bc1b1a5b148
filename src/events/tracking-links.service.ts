import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { toFreeRecord } from '../core/validation/free-record.js';
import type { FieldValues } from '../messages/placeholders.js';
import { EncryptedFields } from '../security/encrypted-fields.js';
import { EncryptedIds } from '../security/encrypted-ids.js';

/** The URLs that a browser calls when a notification is received or clicked; null without PUBLIC_URL. */
export interface TrackingLinks {
  readonly clicked: string | null;
  readonly received: string | null;
  /** By action name. */
  readonly actions: Readonly<Record<string, string>> | null;
}

const NO_LINKS: TrackingLinks = { clicked: null, received: null, actions: null };

/** Builds the tracking links of notifications. They contain encrypted ids. */
@Injectable()
export class TrackingLinksService {
  constructor(
    private readonly config: Config,
    private readonly ids: EncryptedIds,
    private readonly fields: EncryptedFields,
  ) {}

  /**
   * Encrypts the fields that a message's links have for a visitor, for the tracking link `open`; empty
   * without fields, null without PUBLIC_URL.
   */
  encryptFields(messageId: string, fields: FieldValues): string | null {
    if (this.config.publicUrl === undefined) return null;
    return fields.size === 0 ? '' : this.fields.encrypt(messageId, fields);
  }

  /**
   * Returns a function that builds the links of one contact. The message's id is encrypted once for all
   * contacts.
   */
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
        actions: toFreeRecord(actions.map(([name, encoded]) => [name, `${base}/actionClick/${encoded}`])),
      };
    };
  }
}
