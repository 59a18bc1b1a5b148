import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { databaseNow } from '../core/mongo/database-clock.js';
import { toFreeRecord } from '../core/validation/free-record.js';
import type { FieldValues } from '../messages/placeholders.js';
import { EncryptedFields } from '../security/encrypted-fields.js';
import { EncryptedIds } from '../security/encrypted-ids.js';
import { LinkSignatures } from '../security/link-signatures.js';
import { toWrittenEnd, writeLinkQuery } from './link-query.js';

/** The URLs that a browser calls when a notification is received or clicked; null without PUBLIC_URL. */
export interface TrackingLinks {
  readonly clicked: string | null;
  readonly received: string | null;
  /** By action name. */
  readonly actions: Readonly<Record<string, string>> | null;
}

const NO_LINKS: TrackingLinks = { clicked: null, received: null, actions: null };

const DAY_MS = 86_400_000;

/** Builds the tracking links of notifications. They contain encrypted ids, their end and a signature. */
@Injectable()
export class TrackingLinksService {
  constructor(
    private readonly config: Config,
    private readonly ids: EncryptedIds,
    private readonly fields: EncryptedFields,
    private readonly signatures: LinkSignatures,
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
   * Returns a function that builds the links of one contact. They end TRACKING_LINK_DAYS from now, rounded up
   * to the hour. The message's id is encrypted once for all contacts.
   */
  ofMessage(messageId: string, actionNames: readonly string[]): (contactId: string) => TrackingLinks {
    const { publicUrl } = this.config;
    if (publicUrl === undefined) return () => NO_LINKS;
    const encryptedMessageId = this.ids.encrypt(messageId);
    const expires = toWrittenEnd(databaseNow() + this.config.tracking.linkDays * DAY_MS);
    const actions = actionNames.map((name) => [name, encodeURIComponent(name)] as const);
    return (contactId) => {
      const base = `${publicUrl}/push-contacts/${this.ids.encrypt(contactId)}/messages/${encryptedMessageId}`;
      const mac = this.signatures.sign({ contactId, messageId }, expires);
      const query = `?${writeLinkQuery({ expires, mac })}`;
      return {
        clicked: `${base}/clicked${query}`,
        received: `${base}/received${query}`,
        actions: toFreeRecord(actions.map(([name, encoded]) => [name, `${base}/actionClick/${encoded}${query}`])),
      };
    };
  }
}
