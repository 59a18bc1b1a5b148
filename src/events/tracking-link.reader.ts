import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { type AppError, invalidProperties } from '../core/errors/errors.js';
import { databaseNow } from '../core/mongo/database-clock.js';
import { unsignedTrackingLinks } from '../core/metrics/access.metrics.js';
import { EncryptedIds } from '../security/encrypted-ids.js';
import { LinkSignatures, type SignedIds } from '../security/link-signatures.js';
import { fromWrittenEnd, type LinkQuery, readLinkQuery } from './link-query.js';
import { type LinkRefusal, RefusedLinks } from './refused-links.js';

const CONTACT_ID = /^[0-9a-f]{24}$/i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The encrypted ids of a contact and a message. */
export interface TrackingLink {
  readonly encryptedContactId: string;
  readonly encryptedMessageId: string;
}

/** A link that may be opened. */
interface OpenableLink {
  readonly ids: SignedIds;
  /** False for a link that has ended, or that has no signature after TRACKING_UNSIGNED_UNTIL. */
  readonly isCounted: boolean;
}

/** What is signed in place of what is not readable: as long, so that it takes as long. */
const NO_IDS: SignedIds = { contactId: '0'.repeat(24), messageId: '0'.repeat(36) };

/** Messages whose decrypted id is cached. */
const MESSAGE_IDS_KEPT = 10_000;

/** Reads tracking links, and refuses those that this installation has not made. */
@Injectable()
export class TrackingLinkReader {
  /** By encrypted id. */
  private readonly messageIds = new Map<string, string>();

  constructor(
    private readonly config: Config,
    private readonly ids: EncryptedIds,
    private readonly signatures: LinkSignatures,
    private readonly refused: RefusedLinks,
  ) {}

  /**
   * Returns the ids of a link. Throws `validation_failed` for a link that is changed, has ended, or does not
   * decrypt: always the same error, after the same work, so that nobody learns which of it is wrong.
   */
  read(link: TrackingLink, query: LinkQuery): SignedIds {
    const { ids, refusal } = this.judge(link, query);
    if (refusal !== undefined) throw this.refuse(refusal);
    return ids;
  }

  /**
   * As `read`, for a visitor who opens the link: one that has ended, or is unsigned, is genuine enough to
   * lead to the message's own address.
   */
  readToOpen(link: TrackingLink, query: LinkQuery): OpenableLink {
    const { ids, refusal } = this.judge(link, query);
    if (refusal === 'changed' || refusal === 'unreadable') throw this.refuse(refusal);
    if (refusal !== undefined) this.refused.add(refusal);
    return { ids, isCounted: refusal === undefined };
  }

  private judge(link: TrackingLink, query: LinkQuery): { ids: SignedIds; refusal: LinkRefusal | undefined } {
    const known = this.messageIds.get(link.encryptedMessageId);
    const contactId = this.ids.decrypt(link.encryptedContactId) ?? '';
    const messageId = known ?? this.ids.decrypt(link.encryptedMessageId)?.toLowerCase() ?? '';
    const ids = { contactId, messageId };
    const refusal = this.findRefusal(ids, query);
    if (refusal !== undefined && known !== undefined) this.ids.decrypt(link.encryptedMessageId);
    if (refusal === undefined && known === undefined) this.keep(link.encryptedMessageId, messageId);
    return { ids, refusal };
  }

  private findRefusal(ids: SignedIds, query: LinkQuery): LinkRefusal | undefined {
    const isReadable = CONTACT_ID.test(ids.contactId) && UUID.test(ids.messageId);
    const isUnsigned = query.s === undefined;
    if (isReadable && isUnsigned && this.areUnsignedAccepted()) {
      unsignedTrackingLinks.inc();
      return undefined;
    }
    const { expires, mac } = readLinkQuery(query);
    const isGenuine = this.signatures.verify(isReadable ? ids : NO_IDS, expires, mac);
    if (!isReadable) return 'unreadable';
    if (isUnsigned) return 'unsigned';
    if (!isGenuine) return 'changed';
    return fromWrittenEnd(expires) > databaseNow() ? undefined : 'expired';
  }

  private areUnsignedAccepted(): boolean {
    const { unsignedUntil } = this.config.tracking;
    return unsignedUntil === undefined || databaseNow() < unsignedUntil.getTime();
  }

  private refuse(reason: LinkRefusal): AppError {
    this.refused.add(reason);
    const message = ['is not of a link that this installation has made, or the link has ended'];
    return invalidProperties(
      new Map([
        ['encryptedContactId', message],
        ['encryptedMessageId', message],
      ]),
    );
  }

  private keep(encryptedMessageId: string, messageId: string): void {
    if (this.messageIds.size >= MESSAGE_IDS_KEPT) this.messageIds.clear();
    this.messageIds.set(encryptedMessageId, messageId);
  }
}
