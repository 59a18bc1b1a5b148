import { Injectable } from '@nestjs/common';
import { Config } from '../core/config/config.js';
import { type AppError, invalidProperties } from '../core/errors/errors.js';
import { databaseNow } from '../core/mongo/database-clock.js';
import { unsignedTrackingLinks } from '../core/process/metrics.js';
import { EncryptedIds } from '../security/encrypted-ids.js';
import { LinkSignatures, type SignedIds } from '../security/link-signatures.js';
import { type LinkRefusal, RefusedLinks } from './refused-links.js';

const CONTACT_ID = /^[0-9a-f]{24}$/i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The encrypted ids of a contact and a message. */
export interface TrackingLink {
  readonly encryptedContactId: string;
  readonly encryptedMessageId: string;
}

/** The query of a link as Fastify parses it: what is repeated is an array. */
export interface LinkQuery {
  /** The end of the link, in seconds of Unix time. */
  readonly expires?: unknown;
  readonly mac?: unknown;
}

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
    const known = this.messageIds.get(link.encryptedMessageId);
    const contactId = this.ids.decrypt(link.encryptedContactId) ?? '';
    const messageId = known ?? this.ids.decrypt(link.encryptedMessageId)?.toLowerCase() ?? '';
    const ids = { contactId, messageId };
    const refusal = this.findRefusal(ids, query);
    if (refusal !== undefined) {
      if (known !== undefined) this.ids.decrypt(link.encryptedMessageId);
      throw this.refuse(refusal);
    }
    if (known === undefined) this.keep(link.encryptedMessageId, messageId);
    return ids;
  }

  private findRefusal(ids: SignedIds, { expires, mac }: LinkQuery): LinkRefusal | undefined {
    const isReadable = CONTACT_ID.test(ids.contactId) && UUID.test(ids.messageId);
    const isUnsigned = expires === undefined && mac === undefined;
    if (isReadable && isUnsigned && this.areUnsignedAccepted()) {
      unsignedTrackingLinks.inc();
      return undefined;
    }
    const end = toText(expires);
    const isGenuine = this.signatures.verify(ids, end, toText(mac));
    if (!isReadable) return 'unreadable';
    if (isUnsigned) return 'unsigned';
    if (!isGenuine) return 'changed';
    return Number(end) * 1_000 > databaseNow() ? undefined : 'expired';
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

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
